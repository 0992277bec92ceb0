using System.Globalization;

namespace Temas.Bench.Dashboards;

/// <summary>What to measure, from the command line.</summary>
internal sealed record BoardOptions
{
    public string Server { get; init; } = "";

    /// <summary>So many events are wished for; the demo company is made as large as that needs.</summary>
    public long Events { get; init; } = 20_000_000;

    /// <summary>So many customers, those who never say who they are included.</summary>
    public long Customers { get; init; } = 500_000;

    /// <summary>Events a second that come in beside.</summary>
    public int Rate { get; init; } = 5_000;

    /// <summary>Events a second beside live tiles.</summary>
    public int LiveRate { get; init; } = 20_000;

    public int Runs { get; init; } = 6;

    /// <summary>Of each part of the measurement of live tiles.</summary>
    public double Seconds { get; init; } = 10;

    /// <summary>How often the live board is measured with somebody who looks and without; 0 for not at all.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>A folder that stays, and is not loaded again; empty for one of its own.</summary>
    public string Data { get; init; } = "";

    /// <summary>Whether detectors look.</summary>
    public bool Looks { get; init; } = true;

    /// <summary>Whether boards and maps are opened.</summary>
    public bool Pages { get; init; } = true;

    /// <summary>Customers of the demo: of each two there is one more who never says who she is.</summary>
    public int DemoCustomers => (int)Math.Max(500, Customers * 20_000 / 43_084);

    /// <summary>Days of its history: each of its customers does some 56 things a year.</summary>
    public int Days => (int)Math.Clamp(365.0 * Events / (56.5 * DemoCustomers), 400, 1500);

    public static BoardOptions Parse(string[] args)
    {
        var options = new BoardOptions();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--no-look" or "--no-pages")
            {
                options = args[i] == "--no-look" ? options with { Looks = false } : options with { Pages = false };
                continue;
            }

            var value = i + 1 < args.Length ? args[++i] : throw new ArgumentException($"The option {args[i]} needs a value.");
            long Number() => long.Parse(value, CultureInfo.InvariantCulture);
            options = args[i - 1] switch
            {
                "--server" => options with { Server = value },
                "--events" => options with { Events = Number(), Customers = Number() / 40 },
                "--customers" => options with { Customers = Number() },
                "--rate" => options with { Rate = (int)Number() },
                "--live-rate" => options with { LiveRate = (int)Number() },
                "--runs" => options with { Runs = (int)Number() },
                "--rounds" => options with { Rounds = (int)Number() },
                "--seconds" => options with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--data" => options with { Data = value },
                _ => throw new ArgumentException($"There is no option {args[i - 1]}."),
            };
        }

        return options;
    }
}
