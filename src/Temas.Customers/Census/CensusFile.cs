using System.Runtime.InteropServices;
using System.Text;
using Temas.Customers.Contracts;
using Temas.Timelines;

namespace Temas.Customers.Census;

// The file census.snapshot (docs/formats/snapshot.md), kind "CENS", sections:
//   1 head      one CensusHead            5 touches   TouchCount, 8 bytes each, portrait after portrait
//   2 places    (kind i32, end i32)[p]    6 promises  SavedPromise, 16 bytes each, portrait after portrait
//   3 names     texts of the places       7 sources   (source i32, hour i32) pairs
//   4 portraits SavedPortrait, 88 bytes each      8 consents  SavedConsent, 4 bytes each, portrait after portrait

/// <summary>For what a snapshot of the census stands.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CensusHead
{
    public long AsOf;
    public ulong Generation;

    /// <summary>Digest of the definitions and of the code that fold.</summary>
    public ulong Rules;
}

/// <summary>The census on disk: a restart goes on from it instead of reading everybody's events. Never the truth: whatever does not fit exactly is painted anew.</summary>
internal static class CensusFile
{
    private const uint Kind = 0x534E4543; // "CENS"
    private const int Version = 3;

    [StructLayout(LayoutKind.Sequential)]
    private struct SavedPortrait
    {
        public ulong Id, Members;
        public long First, Last, AsOf, StaleAt;
        public double Journey;
        public int Node, Orders, Events, Touches, Promises, Stage, Consents, Unused;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct SavedPromise
    {
        public ushort Place;
        public byte Status, IsWaiting;
        public int MadeHour, OutHour;
        public int DelayHours;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct SavedConsent
    {
        public ushort Place, Given;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct SavedPlace
    {
        public int Kind, End;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct SourceHour
    {
        public int Source, Hour;
    }

    /// <summary>What a file held.</summary>
    internal sealed record Loaded(CensusHead Head, long Position, Dictionary<int, Portrait> Portraits, PlaceTable Places, Dictionary<int, HashSet<int>> Sources);

    /// <summary>Writes the file.</summary>
    public static void Write(string path, CensusSnapshot census, ulong rules)
    {
        using var writer = new SnapshotWriter(path, Kind, Version, census.Position);
        writer.Section<CensusHead>(1, [new CensusHead { AsOf = census.AsOf, Generation = census.Generation, Rules = rules }]);
        var names = new List<byte>();
        var places = new List<SavedPlace>();
        foreach (var place in census.Places)
        {
            names.AddRange(Encoding.UTF8.GetBytes(place.Key));
            places.Add(new SavedPlace { Kind = (int)place.Kind, End = names.Count });
        }

        writer.Section<SavedPlace>(2, CollectionsMarshal.AsSpan(places));
        writer.Section<byte>(3, CollectionsMarshal.AsSpan(names));
        var portraits = writer.Column<SavedPortrait>(4, census.Portraits.Length);
        var touches = writer.Column<TouchCount>(5, census.Portraits.Sum(p => (long)p.Touches.Length));
        var promises = writer.Column<SavedPromise>(6, census.Portraits.Sum(p => (long)p.Promises.Length));
        foreach (var p in census.Portraits)
        {
            portraits.Add(new SavedPortrait
            {
                Id = p.Id,
                Members = p.Members,
                First = p.First,
                Last = p.Last,
                AsOf = p.AsOf,
                StaleAt = p.StaleAt,
                Journey = p.Journey,
                Node = p.Node,
                Orders = p.Orders,
                Events = p.Events,
                Touches = p.Touches.Length,
                Promises = p.Promises.Length,
                Stage = (int)p.Stage,
                Consents = p.Consents.Length,
            });
            touches.Add(p.Touches);
            foreach (var m in p.Promises)
                promises.Add(new SavedPromise { Place = m.Place, Status = (byte)m.Status, IsWaiting = m.IsWaiting ? (byte)1 : (byte)0, MadeHour = m.MadeHour, OutHour = m.OutHour, DelayHours = m.DelayHours });
        }

        var consents = writer.Column<SavedConsent>(8, census.Portraits.Sum(p => (long)p.Consents.Length));
        foreach (var p in census.Portraits)
        {
            foreach (var c in p.Consents) consents.Add(new SavedConsent { Place = c.Place, Given = c.Given ? (ushort)1 : (ushort)0 });
        }

        var hours = writer.Column<SourceHour>(7);
        foreach (var (source, of) in census.SourceHours)
        {
            foreach (var hour in of) hours.Add(new SourceHour { Source = source, Hour = hour });
        }

        writer.Complete();
    }

    /// <summary>Reads the file; null when there is none, or it is damaged, or was made of another state or by other rules.</summary>
    public static Loaded? Read(string path, ulong generation, ulong rules)
    {
        using var file = SnapshotFile.Open(path, Kind, Version, out _);
        if (file is null || file.Section<CensusHead>(1) is not [var head] || head.Generation != generation || head.Rules != rules) return null;
        var places = new PlaceTable();
        var names = file.Section<byte>(3);
        var start = 0;
        foreach (var place in file.Section<SavedPlace>(2))
        {
            places.Of(new Place((PlaceKind)place.Kind, Encoding.UTF8.GetString(names[start..place.End])));
            start = place.End;
        }

        var saved = file.Section<SavedPortrait>(4);
        var touches = file.Section<TouchCount>(5);
        var promises = file.Section<SavedPromise>(6);
        var consents = file.Section<SavedConsent>(8);
        var portraits = new Dictionary<int, Portrait>(saved.Length);
        foreach (ref readonly var p in saved)
        {
            var marks = new PromiseMark[p.Promises];
            for (var i = 0; i < marks.Length; i++)
                marks[i] = new PromiseMark(promises[i].Place, (PromiseStatus)promises[i].Status, promises[i].IsWaiting != 0, promises[i].MadeHour, promises[i].OutHour, promises[i].DelayHours);
            var answers = new ConsentMark[p.Consents];
            for (var i = 0; i < answers.Length; i++) answers[i] = new ConsentMark(consents[i].Place, consents[i].Given != 0);
            portraits.Add(p.Node, new Portrait
            {
                Node = p.Node,
                Id = p.Id,
                Members = p.Members,
                Touches = touches[..p.Touches].ToArray(),
                Promises = marks,
                Consents = answers,
                Stage = (LifecycleStage)p.Stage,
                Orders = p.Orders,
                Events = p.Events,
                First = p.First,
                Last = p.Last,
                Journey = p.Journey,
                AsOf = p.AsOf,
                StaleAt = p.StaleAt,
            });
            touches = touches[p.Touches..];
            promises = promises[p.Promises..];
            consents = consents[p.Consents..];
        }

        var sources = new Dictionary<int, HashSet<int>>();
        foreach (ref readonly var pair in file.Section<SourceHour>(7))
        {
            ref var hours = ref CollectionsMarshal.GetValueRefOrAddDefault(sources, pair.Source, out _);
            (hours ??= []).Add(pair.Hour);
        }

        return new Loaded(head, file.Position, portraits, places, sources);
    }
}
