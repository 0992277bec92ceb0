namespace Temas.Collect.Import.Uploads;

/// <summary>What may be uploaded to be imported.</summary>
/// <param name="MaxBytes">Largest file, in bytes, as it is sent. Default 2 GB.</param>
public sealed record ImportOptions(long MaxBytes = ImportOptions.UsualMegabytes * 1024L * 1024L)
{
    /// <summary>The default, in megabytes.</summary>
    public const int UsualMegabytes = 2048;
}
