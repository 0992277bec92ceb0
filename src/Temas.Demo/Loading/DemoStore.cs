using System.Data.Common;
using Dapper;
using Temas.Demo.World;
using Temas.Storage;

namespace Temas.Demo.Loading;

/// <summary>What a workspace keeps of the world that was loaded into it.</summary>
/// <param name="World">The world.</param>
/// <param name="Simulator">Version of the simulator that told it.</param>
/// <param name="Reached">Everything before was told.</param>
/// <param name="Living">Whether it goes on in real time.</param>
internal sealed record DemoRow(WorldSpec World, int Simulator, long Reached, bool Living);

/// <summary>The table <c>demo</c> of a workspace: one row where it is a demo, none elsewhere.</summary>
internal static class DemoStore
{
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("demo", 1, """
            create table demo(
                id $key, seed bigint not null, customers bigint not null, begin_at bigint not null, days bigint not null, simulator bigint not null,
                reached bigint not null, living integer not null, truth text not null)
            """),
    ];

    private sealed class Row
    {
        public long Seed { get; init; }

        public long Customers { get; init; }

        public long BeginAt { get; init; }

        public long Days { get; init; }

        public long Simulator { get; init; }

        public long Reached { get; init; }

        public long Living { get; init; }
    }

    public static DemoRow? Read(Database database)
    {
        using var connection = database.Open();
        return connection.QuerySingleOrDefault<Row>("select seed Seed, customers Customers, begin_at BeginAt, days Days, simulator Simulator, reached Reached, living Living from demo where id = 1") is { } row
            ? new DemoRow(new WorldSpec(row.Seed, (int)row.Customers, row.BeginAt, (int)row.Days), (int)row.Simulator, row.Reached, row.Living != 0)
            : null;
    }

    public static async Task InsertAsync(Database database, DemoRow row, string truth, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into demo(id, seed, customers, begin_at, days, simulator, reached, living, truth) values(1, @Seed, @Customers, @Begin, @Days, @Simulator, @Reached, @living, @truth)",
            new { row.World.Seed, row.World.Customers, row.World.Begin, row.World.Days, row.Simulator, row.Reached, living = row.Living ? 1 : 0, truth },
            cancellationToken: cancel));
    }

    public static async Task UpdateAsync(Database database, DemoRow row, CancellationToken cancel)
    {
        await using DbConnection connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition("update demo set reached = @Reached, living = @living where id = 1", new { row.Reached, living = row.Living ? 1 : 0 }, cancellationToken: cancel));
    }

    public static async Task<string?> ReadTruthAsync(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition("select truth from demo where id = 1", cancellationToken: cancel));
    }
}
