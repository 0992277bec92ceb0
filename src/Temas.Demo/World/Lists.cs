using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Temas.Demo.World;

/// <summary>A group of products.</summary>
/// <param name="Index">Its place among the categories.</param>
/// <param name="Prefix">What the numbers of its products begin with.</param>
/// <param name="Key">Its key, as events carry it.</param>
/// <param name="Tr">Its name in Turkish.</param>
/// <param name="En">Its name in English.</param>
/// <param name="Weight">How many customers are interested in it.</param>
/// <param name="Assembled">Whether its products are put together at home.</param>
/// <param name="Bulky">Whether its products take longer on the way.</param>
/// <param name="Garden">Whether it sells in the garden season.</param>
internal sealed record Category(int Index, string Prefix, string Key, string Tr, string En, int Weight, bool Assembled, bool Bulky, bool Garden)
{
    /// <summary>Its products.</summary>
    public List<Product> Products { get; } = [];

    /// <summary>What people type into the search box.</summary>
    public string[] Searches { get; set; } = [];
}

/// <summary>Something that Veranda sells.</summary>
internal sealed record Product(Category Category, string Sku, string Tr, string En, int Low, int High)
{
    /// <summary>The price, in TRY: rises from the lower to the upper end within three years, in steps of a quarter; the same for everybody.</summary>
    public decimal PriceAt(long time)
    {
        var quarter = Math.Clamp((time - 1_735_689_600_000) / (90 * Clock.Day), 0, 12);
        return Low + ((High - Low) * quarter / 12) - 0.10m;
    }
}

/// <summary>A city in which customers live.</summary>
internal sealed record City(string Plate, string Name, string Region, int People, string[] Districts);

/// <summary>A store.</summary>
internal sealed record Store(string Key, string City, string Name, int Share);

/// <summary>The lists behind the world, from the readable files in <c>Data/</c>.</summary>
internal static class Lists
{
    public static IReadOnlyList<Category> Categories { get; } = ReadProducts();

    public static IReadOnlyList<Product> Products { get; } = [.. Categories.SelectMany(c => c.Products)];

    public static IReadOnlyList<City> Cities { get; } =
        [.. Lines("cities.tsv").Select(l => l.Split('\t')).Select(f => new City(f[0], f[1], f[2], Number(f[3]), f[4].Split(", ")))];

    public static double[] CityShares { get; } = Cumulate(Cities.Select(c => (double)c.People));

    public static IReadOnlyList<Store> Stores { get; } = [.. Lines("stores.tsv").Select(l => l.Split('\t')).Select(f => new Store(f[0], f[1], f[2], Number(f[3])))];

    public static FrozenDictionary<string, Store[]> StoresOf { get; } =
        Stores.GroupBy(s => s.City).ToFrozenDictionary(g => g.Key, g => g.SelectMany(s => Enumerable.Repeat(s, s.Share)).ToArray(), StringComparer.Ordinal);

    public static FrozenDictionary<string, string[]> Names { get; } = ReadSections("names.txt")
        .ToFrozenDictionary(s => s.Key, s => s.Value.SelectMany(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(n => n.Replace('_', ' ')).ToArray(), StringComparer.Ordinal);

    public static string[] DesktopAgents { get; } = [.. Lines("agents.txt").Where(l => l[0] == 'd').Select(l => l[2..])];

    public static string[] PhoneAgents { get; } = [.. Lines("agents.txt").Where(l => l[0] == 'p').Select(l => l[2..])];

    /// <summary>The lines of a file that are no remarks.</summary>
    public static IEnumerable<string> Lines(string file)
    {
        using var reader = new StreamReader(Open(file), Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && (line[0] != '#' || line.StartsWith("#:", StringComparison.Ordinal))) yield return line;
        }
    }

    /// <summary>The bytes of a file.</summary>
    public static Stream Open(string file) =>
        typeof(Lists).Assembly.GetManifestResourceStream("Temas.Demo.Data." + file) ?? throw new InvalidOperationException($"The assembly lacks {file}.");

    /// <summary>Shares that grow to 1, of weights.</summary>
    public static double[] Cumulate(IEnumerable<double> weights)
    {
        var list = weights.ToArray();
        var sum = list.Sum();
        var reached = 0.0;
        return [.. list.Select(w => (reached += w) / sum)];
    }

    private static Dictionary<string, List<string>> ReadSections(string file)
    {
        var sections = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string>? here = null;
        foreach (var line in Lines(file))
        {
            if (line[0] == '[') sections[line.Trim('[', ']')] = here = [];
            else here!.Add(line);
        }

        return sections;
    }

    private static List<Category> ReadProducts()
    {
        var searches = Lines("searches.txt").ToDictionary(l => l[..2], l => l[4..].Split('|'), StringComparer.Ordinal);
        var categories = new List<Category>();
        foreach (var line in Lines("products.tsv"))
        {
            if (line[0] == '#')
            {
                var fields = line[3..].Split('|', StringSplitOptions.TrimEntries);
                var (key, tr) = (fields[0].Split(':')[0], fields[0].Split(':')[1].Trim());
                categories.Add(new Category(categories.Count, key[..2], key[3..], tr, fields[1], Number(fields[2]), fields[3].Contains('a', StringComparison.Ordinal), fields[3].Contains('b', StringComparison.Ordinal), fields[3].Contains('g', StringComparison.Ordinal))
                {
                    Searches = searches[key[..2]],
                });
                continue;
            }

            var category = categories[^1];
            var columns = line.Split('\t');
            var sku = string.Create(CultureInfo.InvariantCulture, $"VRD-{category.Prefix}-{category.Products.Count + 1:000}");
            category.Products.Add(new Product(category, sku, columns[0], columns[1], Number(columns[2]), Number(columns[3])));
        }

        return categories;
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
