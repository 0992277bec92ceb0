namespace Temas.Ui.Controls;

/// <summary>What a badge's colour underlines.</summary>
public enum BadgeTone
{
    /// <summary>Nothing in particular.</summary>
    Plain,

    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Worth a look.</summary>
    Warn,

    /// <summary>Wrong.</summary>
    Danger,

    /// <summary>For information.</summary>
    Info,

    /// <summary>The product's own colour.</summary>
    Accent,

    /// <summary>Just a line around it.</summary>
    Line,
}
