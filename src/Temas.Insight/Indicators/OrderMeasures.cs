using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Insight.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines;
using Temas.Timelines.Queries;

namespace Temas.Insight.Indicators;

/// <summary>Measures of orders, by the rules that profiles go by: each order number once, corrected by what was said of it last, cancelled ones not at all.</summary>
internal sealed class OrderMeasures(Workspace workspace) : IMeasures
{
    private static readonly LocalText NoOrders = new("Sipariş sayılan bir olay henüz gelmedi (ör. “Order Completed”).", "No event that counts as an order has arrived yet (such as “Order Completed”).");

    private readonly OrderBook book = workspace.Part<OrderBook>();

    /// <inheritdoc/>
    public IReadOnlyList<ProvidedMeasure> All { get; } =
    [
        Of("orders.count", "Siparişler", "Orders", "Dönemde verilen, iptal edilmemiş siparişler.", "Orders placed in the period and not cancelled.", IndicatorUnit.Count),
        Of("orders.revenue", "Sipariş cirosu", "Revenue of orders", "Bu siparişlerin tutarları toplamı.", "What these orders come to.", IndicatorUnit.Money),
        Of("orders.average", "Ortalama sipariş tutarı", "Average order value", "Ciro bölü sipariş sayısı.", "Revenue over orders.", IndicatorUnit.Money),
        Of("orders.customers", "Sipariş veren müşteriler", "Customers who ordered", "Dönemde en az bir sipariş vermiş farklı müşteriler.", "Different customers with an order in the period.", IndicatorUnit.Count),
        Of("orders.new-customers", "İlk kez sipariş verenler", "First-time buyers", "İlk siparişi bu dönemde olan müşteriler.", "Customers whose first order lies in the period.", IndicatorUnit.Count),
        Of("orders.repeat-rate", "Yeniden satın alma oranı", "Repeat purchase rate", "Dönemde sipariş verenlerden en az iki kez verenlerin payı.", "Of those who ordered in the period the share who ordered twice at least.", IndicatorUnit.Share),
        Of("orders.frequency", "Satın alma sıklığı", "Purchase frequency", "Dönemde sipariş veren müşteri başına sipariş.", "Orders per customer who ordered in the period.", IndicatorUnit.Ratio),
        Of("orders.second-days", "İkinci siparişe kadar geçen gün", "Days to the second order", "İkinci siparişi bu dönemde olanlarda ilk siparişten ikinciye geçen günlerin medyanı.", "Median days from the first order to the second, of those whose second lies in the period.", IndicatorUnit.Days, false),
        Of("orders.since-last-days", "Son siparişten bu yana geçen gün", "Days since the last order", "Sipariş vermiş olan herkeste, dönem sonunda son siparişten bu yana geçen günlerin medyanı.", "Median days since the last order at the end of the period, of all who ever ordered.", IndicatorUnit.Days, false),
        Of("orders.retention", "Tutundurma oranı (180 gün)", "Retention rate (180 days)", "Önceki 180 günde sipariş verenlerden son 180 günde de verenlerin payı.", "Of those who ordered in the 180 days before the last 180 days the share who ordered in the last, too.", IndicatorUnit.Share),
        Of("orders.churn", "Müşteri kaybı oranı (180 gün)", "Churn rate (180 days)", "Önceki 180 günde sipariş verenlerden son 180 günde hiç vermeyenlerin payı.", "Of those who ordered in the 180 days before the last 180 days the share who did not in the last.", IndicatorUnit.Share, false),
        Of("orders.at-risk", "Risk altındaki müşterilerin payı", "Share of customers at risk", "Alışveriş yapmış ve yitirilmemiş müşterilerden, dönem sonunda kendi ritmine göre gecikmiş olanların payı.", "Of the customers who bought and are not lost the share who are overdue by their own rhythm at the end of the period.", IndicatorUnit.Share, false),
        Of("orders.win-back", "Geri kazanma oranı", "Win-back rate", "Dönem başında en az 180 gündür sipariş vermemiş müşterilerden dönemde verenlerin payı.", "Of the customers who had not ordered for 180 days when the period began the share who ordered in it.", IndicatorUnit.Share),
    ];

    /// <inheritdoc/>
    public LocalText? Missing(string name) => book.HasOrders ? null : NoOrders;

    /// <inheritdoc/>
    public async Task<Result<IReadOnlyList<MeasureFigure>>> ReadAsync(string name, IReadOnlyList<TimeSpanMs> periods, JsonElement? where, CancellationToken cancel)
    {
        var around = name is "orders.since-last-days" or "orders.retention" or "orders.churn" or "orders.at-risk" or "orders.win-back";
        var rhythm = workspace.Part<ICustomerFacts>().Rhythm;
        var key = $"figures/{around}/{rhythm}/{string.Join(',', periods.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.From}-{p.To}")))}/{where?.GetRawText()}";
        var figures = await book.Held.AskAsync<OrderFigures[]>(key, async () =>
        {
            var orders = await book.ReadAsync(where, CancellationToken.None);
            if (orders.Problem is { } fault) return fault;
            var now = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds() + 1;
            return await LongWork.Run(() => OrderFigures.Of(orders.Value, periods, now, rhythm, around), CancellationToken.None);
        }, cancel);
        return figures.Problem is { } problem ? problem : figures.Value.Select(f => Figure(name, f)).ToList();
    }

    /// <inheritdoc/>
    public JsonElement? Behind(string name, DateOnly from, DateOnly to)
    {
        const long Begin = 0, Half = 180 * 86_400_000L;
        var zone = WorkspaceSettings.Of(workspace).Zone();
        var now = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (start, end) = (Frame.InstantOf(from, zone), Math.Min(Frame.InstantOf(to, zone), now + 1));
        if (start >= end) return null;
        // Who is overdue is told of now, where profiles say the same; who was so on another day no condition says.
        if (name == "orders.at-risk") return end > now ? FigureJson.Element(new JsonObject { ["profile"] = "lifecycle", ["value"] = "at_risk" }) : null;
        JsonObject InPeriod(int least = 1) => FigureJson.Orders(start, end, least);
        JsonObject Before(long until, int? least, int? most) => FigureJson.Orders(Begin, until, least, most);
        JsonNode behind = name switch
        {
            "orders.repeat-rate" => InPeriod(2),
            "orders.new-customers" => All(InPeriod(), Before(start, null, 0)),
            "orders.second-days" => All(Before(end, 2, null), Before(start, null, 1)),
            "orders.since-last-days" => Before(end, 1, null),
            "orders.retention" => All(FigureJson.Orders(end - (2 * Half), end - Half), FigureJson.Orders(end - Half, end)),
            "orders.churn" => All(FigureJson.Orders(end - (2 * Half), end - Half), FigureJson.Orders(end - Half, end, null, 0)),
            "orders.win-back" => All(Before(start - Half, 1, null), FigureJson.Orders(start - Half, start, null, 0), InPeriod()),
            _ => InPeriod(),
        };
        return FigureJson.Element(behind);

        static JsonObject All(params JsonNode[] conditions) => new() { ["all"] = new JsonArray(conditions) };
    }

    private static MeasureFigure Figure(string name, OrderFigures of) => name switch
    {
        "orders.count" => new MeasureFigure(of.Orders, of.Orders),
        "orders.revenue" => new MeasureFigure(of.Revenue, of.Orders),
        "orders.average" => Intervals.Mean(of.Revenue, of.Squares, of.Orders) is var interval && of.Orders > 0 ? new MeasureFigure(of.Revenue / of.Orders, of.Orders, interval?.Low, interval?.High, of.Revenue) : new MeasureFigure(null, 0),
        "orders.customers" => new MeasureFigure(of.Buyers, of.Buyers),
        "orders.new-customers" => new MeasureFigure(of.NewBuyers, of.NewBuyers),
        "orders.repeat-rate" => Share(of.Repeaters, of.Buyers),
        "orders.frequency" => new MeasureFigure(of.Buyers == 0 ? null : (double)of.Orders / of.Buyers, of.Buyers, Numerator: of.Orders),
        "orders.second-days" => new MeasureFigure(of.SecondDays.Median, of.SecondDays.Count),
        "orders.since-last-days" => new MeasureFigure(of.SinceLastDays.Median, of.SinceLastDays.Count),
        "orders.retention" => Share(of.Stayed, of.Before),
        "orders.churn" => Share(of.Before - of.Stayed, of.Before),
        "orders.at-risk" => Share(of.AtRisk, of.Kept),
        _ => Share(of.WonBack, of.Silent),
    };

    private static MeasureFigure Share(long hits, long of)
    {
        var interval = Intervals.Share(hits, of);
        return new MeasureFigure(of == 0 ? null : (double)hits / of, of, interval?.Low, interval?.High, hits);
    }

    private static ProvidedMeasure Of(string name, string tr, string en, string meaningTr, string meaningEn, IndicatorUnit unit, bool higher = true) => new(name, new LocalText(tr, en), new LocalText(meaningTr, meaningEn), unit, higher);
}
