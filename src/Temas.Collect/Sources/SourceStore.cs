using System.Data.Common;
using Dapper;
using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage;

namespace Temas.Collect.Sources;

/// <summary>The sources of one workspace, in its database.</summary>
internal static class SourceStore
{
    /// <summary>Steps of the schema.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("collect", 1, """
            create table source (
                id $identity,
                name text not null,
                write_key text not null,
                policy_events text not null,
                policy_properties text not null,
                policy_bots text not null,
                rate_limit integer not null,
                created_at bigint not null,
                created_by text not null,
                revoked_at bigint
            );
            create unique index source_write_key on source(write_key);
            """),
        new("collect", 2, "alter table source add column sites text not null default ''"),
        new("collect", 3, "alter table source add column owner text not null default ''"),
    ];

    private const string Columns =
        "id Id, name Name, write_key WriteKey, policy_events Events, policy_properties Properties, policy_bots Bots, rate_limit RateLimit, "
        + "sites Sites, owner Owner, created_at CreatedAt, created_by CreatedBy, revoked_at RevokedAt";

    /// <summary>The word for a policy.</summary>
    internal static string NameOf(UnknownPolicy policy) => policy switch
    {
        UnknownPolicy.Flag => "flag",
        UnknownPolicy.Block => "block",
        _ => "allow",
    };

    /// <summary>All sources, revoked ones included, by number.</summary>
    public static async Task<IReadOnlyList<Source>> ReadAsync(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition($"select {Columns} from source order by id", cancellationToken: cancel))).Select(row => row.ToSource())];
    }

    /// <summary>Stores a new source; its <see cref="Source.Id"/> is given by the database.</summary>
    public static async Task<Source> InsertAsync(Database database, Source source, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var id = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            insert into source (name, write_key, policy_events, policy_properties, policy_bots, rate_limit, sites, owner, created_at, created_by, revoked_at)
            values (@Name, @WriteKey, @Events, @Properties, @Bots, @RateLimit, @Sites, @Owner, @CreatedAt, @CreatedBy, @RevokedAt) returning id
            """,
            Row.Of(source),
            cancellationToken: cancel));
        // As it will be read back: to the millisecond.
        return Row.Of(source).ToSource() with { Id = (int)id };
    }

    /// <summary>Writes all that may change of a source.</summary>
    public static async Task UpdateAsync(Database database, Source source, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update source set name = @Name, write_key = @WriteKey, policy_events = @Events, policy_properties = @Properties, policy_bots = @Bots,
                rate_limit = @RateLimit, sites = @Sites, owner = @Owner, revoked_at = @RevokedAt where id = @Id
            """,
            Row.Of(source),
            cancellationToken: cancel));
    }

    private sealed class Row
    {
        public long Id { get; init; }

        public string Name { get; init; } = "";

        public string WriteKey { get; init; } = "";

        public string Events { get; init; } = "";

        public string Properties { get; init; } = "";

        public string Bots { get; init; } = "";

        public long RateLimit { get; init; }

        public string Sites { get; init; } = "";

        public string Owner { get; init; } = "";

        public long CreatedAt { get; init; }

        public string CreatedBy { get; init; } = "";

        public long? RevokedAt { get; init; }

        public static Row Of(Source source) => new()
        {
            Id = source.Id,
            Name = source.Name,
            WriteKey = source.WriteKey,
            Events = NameOf(source.Events),
            Properties = NameOf(source.Properties),
            Bots = NameOf(source.Bots),
            RateLimit = source.RateLimit,
            Sites = source.Sites,
            Owner = source.Owner,
            CreatedAt = source.CreatedAt.ToUnixTimeMilliseconds(),
            CreatedBy = source.CreatedBy,
            RevokedAt = source.RevokedAt?.ToUnixTimeMilliseconds(),
        };

        public Source ToSource() => new()
        {
            Id = (int)Id,
            Name = Name,
            WriteKey = WriteKey,
            Events = PolicyOf(Events),
            Properties = PolicyOf(Properties),
            Bots = PolicyOf(Bots),
            RateLimit = (int)RateLimit,
            Sites = Sites,
            Owner = Owner,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            CreatedBy = CreatedBy,
            RevokedAt = RevokedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        };

        private static UnknownPolicy PolicyOf(string name) => name switch
        {
            "flag" => UnknownPolicy.Flag,
            "block" => UnknownPolicy.Block,
            _ => UnknownPolicy.Allow,
        };
    }
}
