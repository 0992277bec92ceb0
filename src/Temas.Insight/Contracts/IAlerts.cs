using Temas.Collect.Contracts;

namespace Temas.Insight.Contracts;

/// <summary>How much an alert presses.</summary>
public enum AlertSeverity
{
    /// <summary>To be known.</summary>
    Info,

    /// <summary>To be looked at.</summary>
    Warning,

    /// <summary>To be looked at now.</summary>
    Critical,
}

/// <summary>An alert that goes on.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Group">What it belongs to: alerts of one time and place.</param>
/// <param name="Name">What is off: an indicator, a source, a type of event, a phrase.</param>
/// <param name="Severity">How much it presses.</param>
/// <param name="Day">The first day of it.</param>
/// <param name="IsAcknowledged">Whether somebody has said that they know.</param>
/// <param name="Page">Address of its page.</param>
public sealed record StandingAlert(string Id, string Group, LocalText Name, AlertSeverity Severity, DateOnly Day, bool IsAcknowledged, string Page);

/// <summary>The alerts of a workspace; a part of it. Answers from memory, once <see cref="LoadAsync"/> has read what is kept.</summary>
public interface IAlerts
{
    /// <summary>Reads what is kept, once: before that nothing is known of any alert.</summary>
    Task LoadAsync(CancellationToken cancel);

    /// <summary>How many go on that nobody has acknowledged, each group once.</summary>
    int Open { get; }

    /// <summary>Those that go on: what presses most first, then the newest.</summary>
    IReadOnlyList<StandingAlert> Standing { get; }

    /// <summary>Changes when one does.</summary>
    string Version { get; }

    /// <summary>Keys of the indicators that a monitor watches.</summary>
    IReadOnlySet<string> WatchedIndicators { get; }
}
