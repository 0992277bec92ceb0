namespace Temas.Insight.Membership;

/// <summary>Names the texts of who is in which segment (MembershipText.resx).</summary>
public sealed class MembershipText;
