using Microsoft.Extensions.Localization;
using Temas.Insight.Lifetime;

namespace Temas.Tests.Insight.Lifetime;

/// <summary>The customers that a figure of the page of lifetime value opens to.</summary>
public sealed class BandTests
{
    [Fact]
    public void Of_EachBand_HasAsManyCustomersAndAsMuchValueAsItSays()
    {
        var chance = new Random(7);
        var all = Enumerable.Range(0, 137).Select(i => new CustomerOutlook(i, 1 + (i % 5), 0, chance.NextDouble(), 1, Math.Round(chance.NextDouble() * 20) * 10, i % 3 == 0 ? 5 : 0)).ToList();
        foreach (var bands in new[] { LifetimeBand.ByAlive(all, new Words(), word => word), LifetimeBand.ByValue(all, new Words(), word => word) })
        {
            foreach (var band in bands)
            {
                var of = LifetimeBand.Of(band.Href, all)!;
                of.Count.ShouldBe(band.Customers, band.Href);
                of.Sum(c => c.Value).ShouldBe(band.Value, 1e-6, band.Href);
            }

            bands.SelectMany(b => LifetimeBand.Of(b.Href, all)!).Select(c => c.Customer).Order().ShouldBe(Enumerable.Range(0, all.Count));
        }

        LifetimeBand.Of(LifetimeBand.Risk, all)!.Count.ShouldBe(all.Count(c => c.AtRisk > 0));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("alive-0")]
    [InlineData("alive-6")]
    [InlineData("tenth-11")]
    [InlineData("tenth-x")]
    [InlineData("other-1")]
    public void Of_NoBand_IsNull(string? word) => LifetimeBand.Of(word, []).ShouldBeNull();

    private sealed class Words : IStringLocalizer<LifetimeText>
    {
        public LocalizedString this[string name] => new(name, name);

        public LocalizedString this[string name, params object[] arguments] => new(name, name);

        public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => [];
    }
}
