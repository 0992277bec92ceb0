using Temas.Customers.Identity;

namespace Temas.Tests.Customers;

public sealed class SlotTableTests
{
    [Theory]
    [InlineData(1, int.MaxValue)]
    [InlineData(2, 300)]
    [InlineData(3, 1)]
    public void Table_WhileItGrowsAndNumbersAreRemoved_FindsWhatADictionaryFinds(int seed, int hashes)
    {
        var random = new Random(seed);
        var table = new SlotTable();
        var reference = new Dictionary<uint, HashSet<int>>();
        var known = new List<(uint Hash, int Number)>();
        var steps = hashes == 1 ? 2_000 : hashes < 1_000 ? 15_000 : 60_000;
        for (var number = 0; number < steps; number++)
        {
            var hash = (uint)random.Next(hashes);
            table.Add(hash, number);
            (reference.TryGetValue(hash, out var numbers) ? numbers : reference[hash] = []).Add(number);
            known.Add((hash, number));
            if (random.Next(4) == 0)
            {
                var at = random.Next(known.Count);
                table.Remove(known[at].Hash, known[at].Number);
                reference[known[at].Hash].Remove(known[at].Number);
            }

            Check(known[random.Next(known.Count)].Hash);
            Check((uint)random.Next(hashes));
        }

        foreach (var hash in reference.Keys) Check(hash);

        void Check(uint hash)
        {
            if (hashes < 1_000 && random.Next(50) != 0) return;
            var found = new HashSet<int>();
            foreach (var number in table.Find(hash)) found.Add(number);
            found.SetEquals(reference.TryGetValue(hash, out var expected) ? expected : []).ShouldBeTrue($"hash {hash}");
        }
    }

    [Fact]
    public void Clear_WithAnExpectedSize_ForgetsAndHoldsThatMany()
    {
        var table = new SlotTable();
        for (var i = 0; i < 5_000; i++) table.Add((uint)i, i);
        table.Clear(10_000);
        foreach (var _ in table.Find(7)) Assert.Fail("it was cleared");
        for (var i = 0; i < 10_000; i++) table.Add((uint)i * 7, i);
        foreach (var number in table.Find(70)) number.ShouldBe(10);
    }
}
