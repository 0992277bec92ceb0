namespace Temas.Insight.Lifetime.Subscriptions;

/// <summary>Names the texts of subscriptions (SubscriptionText.resx).</summary>
public sealed class SubscriptionText;
