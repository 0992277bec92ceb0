using System.Text;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Tests.Timelines.Queries;

/// <summary>Which events a question looks at, however many types and events there are: many are compared at once, the last few one by one.</summary>
public sealed class TypeSetTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(200)]
    public void Find_AnyTypesAndLengths_FindsAllPlaces(int wanted)
    {
        using var store = new ColumnStore();
        var names = Enumerable.Range(0, 300).Select(i => $"track:{i}").ToList();
        using (var write = store.Write())
        {
            for (var i = 0; i < names.Count; i++) _ = write.Add(Encoding.UTF8.GetBytes(names[i]), 1, i, i + 1);
        }

        var set = TypeSet.Of(new EventMatch(store, new EventSelector([.. names.Where((_, i) => i % 300 < wanted)])));
        var random = new Random(wanted);
        foreach (var length in (int[])[0, 1, 63, 64, 65, 200, 1000])
        {
            var types = Enumerable.Range(0, length).Select(_ => (ushort)random.Next(random.Next(2) == 0 ? 10 : 300)).ToArray();
            var places = new int[length];
            var count = set.Find(types, places);
            places.Take(count).ShouldBe(Enumerable.Range(0, length).Where(i => types[i] < wanted));
        }

        set.Events(store).ShouldBe(wanted);
        TypeSet.Union(set, null).ShouldBeNull();
        TypeSet.Union(TypeSet.None, set)!.Events(store).ShouldBe(wanted);
    }

    [Fact]
    public void ValueMap_ManyValues_KeepsTheirNumbers()
    {
        var (map, random) = (new ValueMap(), new Random(1));
        var keys = Enumerable.Range(0, 10_000).Select(_ => random.NextInt64(long.MinValue, long.MaxValue)).Concat([0, -1, ValueKey.Missing]).ToList();
        foreach (var (key, i) in keys.Select((key, i) => (key, i)))
        {
            map.Find(key).ShouldBe(-1);
            map.Add(key).ShouldBe(i);
        }

        keys.Select(map.Find).ShouldBe(Enumerable.Range(0, keys.Count));
        map.All.Select(v => v.Key).ShouldBe(keys);
    }
}
