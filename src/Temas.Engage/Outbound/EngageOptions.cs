namespace Temas.Engage;

/// <summary>What the installation says about requests that leave it.</summary>
/// <param name="PrivateTargets">Whether gateways and webhooks may be on this machine or in private networks. Default: no, so that nobody who may edit a channel reaches what only this machine does.</param>
public sealed record EngageOptions(bool PrivateTargets = false);
