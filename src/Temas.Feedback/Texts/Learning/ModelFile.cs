using System.Buffers.Binary;
using Temas.Kernel;

namespace Temas.Feedback.Texts.Learning;

/// <summary>The model as bytes: docs/formats/text-model.md.</summary>
internal static class ModelFile
{
    /// <summary>Version of the layout.</summary>
    public const int Version = 1;

    private const int MaxBits = 24, MinBits = 10;
    private const int HeaderSize = 8 + (7 * 4) + 8 + (9 * 8) + (SentimentModel.CalibrationSize * 8) + (SentimentModel.Labels * 4) + 4, FeatureSize = 4 + (SentimentModel.Labels * 4), SumSize = 8;

    private static ReadOnlySpan<byte> Magic => "TEMASTXT"u8;

    /// <summary>The bytes of <paramref name="model"/>.</summary>
    public static byte[] Write(SentimentModel model)
    {
        var weights = model.Weights;
        var features = 0;
        for (var at = 0; at < weights.Length; at += SentimentModel.Stride)
        {
            if (weights.Slice(at, SentimentModel.Labels).ContainsAnyExcept(0f)) features++;
        }

        var bytes = new byte[HeaderSize + (features * FeatureSize) + SumSize];
        var to = new Cursor(bytes);
        Magic.CopyTo(to.Take(8));
        to.Put(Version);
        to.Put(Features.Version);
        to.Put(model.Bits);
        to.Put(BitConverter.SingleToInt32Bits(model.LetterShare));
        to.Put(model.Card.Version);
        to.Put(model.Card.Texts);
        to.Put(model.Card.Corrections);
        to.Put(model.Card.TrainedAt.ToUnixTimeMilliseconds());
        foreach (var count in model.Card.Evaluation.Counts) to.Put(count);
        foreach (var number in model.Calibration) to.Put(BitConverter.DoubleToInt64Bits(number));
        foreach (var number in model.Constants) to.Put(BitConverter.SingleToInt32Bits(number));
        to.Put(features);
        for (var at = 0; at < weights.Length; at += SentimentModel.Stride)
        {
            var own = weights.Slice(at, SentimentModel.Labels);
            if (!own.ContainsAnyExcept(0f)) continue;
            to.Put(at / SentimentModel.Stride);
            foreach (var weight in own) to.Put(BitConverter.SingleToInt32Bits(weight));
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(bytes.Length - SumSize), Hash64.Of(bytes.AsSpan(0, bytes.Length - SumSize)));
        return bytes;
    }

    /// <summary>Reads a model. Bytes that are no model, of another version, cut short or damaged are a problem: the model is then trained anew, for it is derived from comments that are kept.</summary>
    public static Result<SentimentModel> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize + SumSize || !bytes.StartsWith(Magic)) return Fault("is no model of texts, or is cut short");
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[^SumSize..]) != Hash64.Of(bytes[..^SumSize])) return Fault("is damaged");
        var from = new Reader(bytes[8..]);
        if (from.Int() is not Version and var version) return Fault($"has version {version}, and this release reads {Version}");
        if (from.Int() is not Features.Version and var seen) return Fault($"learned from features of version {seen}, and this release reads {Features.Version}");
        var bits = from.Int();
        var letterShare = from.Float();
        var (number, texts, corrections, time) = (from.Int(), from.Int(), from.Int(), from.Long());
        if (bits is < MinBits or > MaxBits || !(letterShare is >= 0 and <= 1) || number < 0 || texts < 0 || corrections < 0 || time is < 0 or > 253402300799999) return Fault("is damaged (header)");
        var counts = new long[9];
        foreach (ref var count in counts.AsSpan()) count = from.Long();
        var calibration = new double[SentimentModel.CalibrationSize];
        foreach (ref var value in calibration.AsSpan()) value = BitConverter.Int64BitsToDouble(from.Long());
        var constants = new float[SentimentModel.Labels];
        foreach (ref var value in constants.AsSpan()) value = from.Float();
        var features = from.Int();
        if (counts.Any(c => c < 0) || !calibration.All(double.IsFinite) || !constants.All(float.IsFinite) || features < 0 || bytes.Length != HeaderSize + ((long)features * FeatureSize) + SumSize) return Fault("is damaged (header)");
        var weights = new float[SentimentModel.Stride << bits];
        var last = -1;
        for (var f = 0; f < features; f++)
        {
            var index = from.Int();
            if (index <= last || index >= 1 << bits) return Fault("is damaged (features)");
            last = index;
            for (var l = 0; l < SentimentModel.Labels; l++)
            {
                var weight = from.Float();
                if (!float.IsFinite(weight)) return Fault("is damaged (features)");
                weights[(index * SentimentModel.Stride) + l] = weight;
            }
        }

        return new SentimentModel(bits, letterShare, weights, constants, calibration, new ModelCard(number, DateTimeOffset.FromUnixTimeMilliseconds(time), texts, corrections, new Evaluation(counts)));
    }

    private static Problem Fault(string what) => Problem.Invalid("text_model_unreadable", $"The model {what}.", wayOut: "It is trained anew from the rated comments; until then the lexicon reads texts.");

    private ref struct Cursor(Span<byte> bytes)
    {
        private readonly Span<byte> bytes = bytes;
        private int at;

        public Span<byte> Take(int length) => bytes.Slice((at += length) - length, length);

        public void Put(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

        public void Put(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;
        private int at;

        public int Int() => BinaryPrimitives.ReadInt32LittleEndian(bytes.Slice((at += 4) - 4, 4));

        public long Long() => BinaryPrimitives.ReadInt64LittleEndian(bytes.Slice((at += 8) - 8, 8));

        public float Float() => BitConverter.Int32BitsToSingle(Int());
    }
}
