namespace Temas.Ui.Controls;

/// <summary>Names the texts of the controls (ControlText.resx).</summary>
public sealed class ControlText;

/// <summary>Names the words for problems (ProblemText.resx): the key is the problem's code, and <c>code.way_out</c> what to do about it.</summary>
public sealed class ProblemText;
