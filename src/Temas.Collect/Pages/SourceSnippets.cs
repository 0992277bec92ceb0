namespace Temas.Collect.Pages;

/// <summary>Code to copy: how a shop, a server or a shell sends to a source.</summary>
internal static class SourceSnippets
{
    /// <summary>The snippets as id, key of the title, and code.</summary>
    public static IEnumerable<(string Id, string Title, string Code)> For(string origin, string writeKey)
    {
        var host = origin[(origin.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var protocol = origin[..origin.IndexOf("://", StringComparison.Ordinal)];
        yield return ("snippet-temas", "SnippetTemas", $$$"""
            <script async src="{{{origin}}}/temas.js"
                    data-write-key="{{{writeKey}}}" data-banner data-capture></script>
            """);
        yield return ("snippet-browser", "SnippetBrowser", $$$"""
            import { AnalyticsBrowser } from '@segment/analytics-next'

            const analytics = AnalyticsBrowser.load(
              { writeKey: '{{{writeKey}}}', cdnURL: '{{{origin}}}' },
              { integrations: { 'Segment.io': { apiHost: '{{{host}}}/v1', protocol: '{{{protocol}}}' } } },
            )
            analytics.identify('customer-42', { email: 'ada@example.com' })
            analytics.track('Product Viewed', { product_id: 'table-7', name: 'Patio table', price: 4990 })
            """);
        yield return ("snippet-node", "SnippetNode", $$$"""
            import { Analytics } from '@segment/analytics-node'

            const analytics = new Analytics({
              writeKey: '{{{writeKey}}}',
              host: '{{{origin}}}',
            })
            analytics.track({
              userId: 'customer-42',
              event: 'Order Completed',
              properties: { order_id: 'A-1001', total: 4990, currency: 'TRY' },
            })
            """);
        yield return ("snippet-curl", "SnippetCurl", $$$"""
            curl -u {{{writeKey}}}: {{{origin}}}/v1/track \
              -H 'Content-Type: application/json' \
              -d '{"userId":"customer-42","event":"Order Completed",
                   "properties":{"order_id":"A-1001","total":4990,"currency":"TRY"}}'
            """);
    }
}
