using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Temas.Feedback.Contracts;
using Temas.Feedback.Texts;
using Temas.Feedback.Texts.Learning;

namespace Temas.Bench.Texts;

/// <summary>What the understanding of texts is worth and what it costs, on rated reviews in a file: <c>text;label</c> lines with 0 negative, 1 positive, 2 neutral. One JSON line per measurement.</summary>
internal static class TextBench
{
    private static readonly ulong[] Seeds = [1, 2, 3, 4, 5];

    public static int Run(string[] args)
    {
        var (file, seeds, threads) = ("", Seeds.Length, Environment.ProcessorCount);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            switch (args[i])
            {
                case "--data": file = args[i + 1]; break;
                case "--seeds": seeds = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                case "--threads": threads = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                default: throw new ArgumentException($"Unknown option {args[i]}.");
            }
        }

        if (!File.Exists(file))
        {
            Console.Error.WriteLine($"There is no file {file}. Give one with --data: lines of text;label, 0 negative, 1 positive, 2 neutral.");
            return 2;
        }

        var texts = Read(file);
        var two = texts.Where(t => t.Label != SentimentLabel.Neutral).ToList();
        SentimentModel? model = null;
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            var options = new TrainingOptions { Seed = seed, Threads = threads };
            model = Train("three classes", texts, options);
            Train("two classes", two, options);
            Tell("lexicon alone, three classes", options, SentimentTraining.EvaluateLexicon(texts, TextLanguage.Turkish, options), null);
            TellTwo("lexicon alone, two classes", options, two);
        }

        var rows = texts.Select(t => t.Text).ToArray();
        Speed("lexicon: sentiment of the whole", rows, null, (u, t) => u.Judge(t));
        Speed("model: sentiment of the whole", rows, model, (u, t) => u.Judge(t));
        Speed("lexicon: everything", rows, null, (u, t) => u.Read(t));
        Speed("model: everything", rows, model, (u, t) => u.Read(t));
        Floor(rows);
        return 0;
    }

    private static SentimentModel Train(string what, List<RatedText> texts, TrainingOptions options)
    {
        var begin = Stopwatch.GetTimestamp();
        var model = ModelTrainer.Train(texts, 1, DateTimeOffset.UnixEpoch, options).Value;
        Tell("model, " + what, options, model.Card.Evaluation, Stopwatch.GetElapsedTime(begin), model);
        return model;
    }

    /// <summary>The lexicon knows of neutral; where there are but two labels the sign decides, and what has none is held against it.</summary>
    private static void TellTwo(string what, TrainingOptions options, List<RatedText> texts)
    {
        var reader = new OpinionReader();
        var (right, all) = (0, 0);
        foreach (var text in ModelTrainer.Distinct(texts, options).Where(t => ModelTrainer.IsHeldOut(t.Text, options)))
        {
            reader.Read(text.Text, TextLanguage.Turkish);
            all++;
            if (Math.Sign(reader.Judge().Score) == (text.Label == SentimentLabel.Positive ? 1 : -1)) right++;
        }

        Console.WriteLine(JsonSerializer.Serialize(new { measurement = what, seed = options.Seed, held_out = all, accuracy = Round(right / (double)all) }));
    }

    private static void Tell(string what, TrainingOptions options, Evaluation e, TimeSpan? took, SentimentModel? model = null) => Console.WriteLine(JsonSerializer.Serialize(new
    {
        measurement = what,
        seed = options.Seed,
        learned_from = model?.Card.Texts,
        held_out = e.Texts,
        accuracy = Round(e.Accuracy),
        macro_f1 = Round(e.MacroF1),
        f1 = Enum.GetValues<SentimentLabel>().ToDictionary(l => $"{l}", l => Round(e.F1(l))),
        weakest = $"{e.WeakestClass}",
        confusion = Enum.GetValues<SentimentLabel>().Select(t => Enum.GetValues<SentimentLabel>().Select(f => e.Count(t, f))),
        seconds = took is { } t ? Math.Round(t.TotalSeconds, 2) : (double?)null,
        threads = took is null ? (int?)null : options.Threads,
        bytes = model is null ? (int?)null : ModelFile.Write(model).Length,
    }));

    private static void Speed<T>(string what, string[] rows, SentimentModel? model, Func<TextUnderstanding, string, T> read)
    {
        var understanding = new TextUnderstanding { Model = model };
        var best = double.MaxValue;
        long bytes = 0;
        for (var run = 0; run < 4; run++)
        {
            var (begin, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            foreach (var row in rows) read(understanding, row);
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        Console.WriteLine(JsonSerializer.Serialize(new { measurement = what, texts_per_second = Math.Round(rows.Length / best), characters_a_text = Math.Round(rows.Average(r => r.Length)), bytes_a_text = bytes / rows.Length, threads = 1 }));
    }

    /// <summary>The least that reading can cost: each text taken apart into words, and nothing done with them.</summary>
    private static void Floor(string[] rows)
    {
        var buffer = new TokenBuffer();
        var best = double.MaxValue;
        for (var run = 0; run < 4; run++)
        {
            var begin = Stopwatch.GetTimestamp();
            foreach (var row in rows) buffer.Read(row);
            best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        Console.WriteLine(JsonSerializer.Serialize(new { measurement = "floor: words alone", texts_per_second = Math.Round(rows.Length / best), threads = 1 }));
    }

    private static double Round(double value) => Math.Round(value, 4);

    private static List<RatedText> Read(string file) =>
    [
        .. from line in File.ReadLines(file).Skip(1)
           let cut = line.LastIndexOf(';')
           where cut > 0 && line[(cut + 1)..] is "0" or "1" or "2"
           select new RatedText(line[..cut].Trim('"'), line[^1] switch { '0' => SentimentLabel.Negative, '1' => SentimentLabel.Positive, _ => SentimentLabel.Neutral }),
    ];
}
