using System.Buffers;
using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Demo.World;
using Temas.Storage.Workspaces;

namespace Temas.Demo.Shop;

/// <summary>What Veranda's own web shop needs to be clicked through: its range, and the source with which it writes.</summary>
public static class DemoShop
{
    /// <summary>Name of the source of the web shop, as the demo makes it.</summary>
    internal const string SourceName = "Web mağazası";

    /// <summary>The source, or null: not made yet, or revoked by somebody who does not want the shop to write.</summary>
    public static Source? Source(SourceRegistry sources, Workspace workspace) => sources.Of(workspace).FirstOrDefault(s => s.RevokedAt is null && s.Name == SourceName);

    /// <summary>The range with the prices of a moment, as JSON: <c>[{key, tr, en, garden, products: [{sku, tr, en, price}]}]</c>.</summary>
    public static ReadOnlyMemory<byte> Catalogue(DateTimeOffset now)
    {
        var time = now.ToUnixTimeMilliseconds();
        var bytes = new ArrayBufferWriter<byte>(32 * 1024);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartArray();
        foreach (var category in Lists.Categories)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, category.Key);
            json.WriteString("tr"u8, category.Tr);
            json.WriteString("en"u8, category.En);
            json.WriteBoolean("garden"u8, category.Garden);
            json.WriteStartArray("products"u8);
            foreach (var product in category.Products)
            {
                json.WriteStartObject();
                json.WriteString("sku"u8, product.Sku);
                json.WriteString("tr"u8, product.Tr);
                json.WriteString("en"u8, product.En);
                json.WriteNumber("price"u8, product.PriceAt(time));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return bytes.WrittenMemory;
    }
}
