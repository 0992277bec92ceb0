namespace Temas.Collect;

/// <summary>The limits of the tracking API. They are those that the Segment specification documents, so that its SDKs fit them.</summary>
public static class CollectLimits
{
    /// <summary>Bytes of one event, the envelope's context included: 32 KB.</summary>
    public const int EventBytes = 32 * 1024;

    /// <summary>Bytes of one body, packed and unpacked: 500 KB.</summary>
    public const int BodyBytes = 500 * 1024;

    /// <summary>Events of one batch.</summary>
    public const int BatchEvents = 2_500;

    /// <summary>Bytes of all events of a batch after the envelope was merged into them; keeps one body from becoming 80 MB.</summary>
    public const int MergedBytes = 4 * 1024 * 1024;

    /// <summary>Levels of objects and arrays in one event.</summary>
    public const int Depth = 64;

    /// <summary>Characters of a <c>messageId</c>.</summary>
    public const int MessageIdLength = 200;

    /// <summary>Characters of the name of a track call.</summary>
    public const int EventNameLength = 200;

    /// <summary>Characters of <c>userId</c>, <c>anonymousId</c>, <c>groupId</c> and <c>previousId</c>.</summary>
    public const int IdLength = 500;
}
