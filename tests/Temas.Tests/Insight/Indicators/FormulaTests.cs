using Temas.Insight.Contracts;
using Temas.Insight.Indicators;

namespace Temas.Tests.Insight.Indicators;

public sealed class FormulaTests
{
    [Theory]
    [InlineData("orders / visits * 100", 5)]
    [InlineData("(orders - returns) / visits", 0.04)]
    [InlineData("orders-online + 1", 8)]
    [InlineData("-orders * -2", 20)]
    [InlineData("orders - returns - 1", 7)]
    [InlineData("orders / returns / 5", 1)]
    [InlineData("1 - returns / orders", 0.8)]
    [InlineData("2*(3+orders.count)", 10)]
    [InlineData("d28-active + .5", 9.5)]
    public void Value_OfAFormula_IsReckoned(string text, double expected)
    {
        var (formula, fault) = Formula.Read(text);
        fault.ShouldBeNull();
        formula!.Value(Of).ShouldNotBeNull().ShouldBe(expected, 1e-12);
    }

    [Theory]
    [InlineData("orders / nothing")]
    [InlineData("orders / (visits - visits)")]
    [InlineData("unknown + 1")]
    public void Value_DividedByZeroOrWithoutAPart_IsNone(string text) => Formula.Read(text).Formula!.Value(Of).ShouldBeNull();

    [Theory]
    [InlineData("", "formula_empty")]
    [InlineData("1 + 2", "formula_without_names")]
    [InlineData("orders /", "formula_unreadable")]
    [InlineData("(orders", "formula_unclosed")]
    [InlineData("orders visits", "formula_unreadable")]
    [InlineData("orders / (2 - 2)", "formula_divides_by_zero")]
    [InlineData("Orders", "formula_unreadable")]
    [InlineData("orders ^ 2", "formula_unreadable")]
    [InlineData("orders; drop", "formula_unreadable")]
    public void Read_WhatIsNoFormula_IsRefused(string text, string code) => Formula.Read(text).Fault!.Code.ShouldBe(code);

    [Fact]
    public void Read_ManyParentheses_IsRefusedAndNotALongWay() => Formula.Read(new string('(', 400) + "a").Fault!.Code.ShouldBe("formula_too_deep");

    [Theory]
    [InlineData("revenue / orders", 1, 0, null)]
    [InlineData("revenue * 2 + 5", 1, 0, null)]
    [InlineData("days - hours", 0, 0, "formula_units")]
    [InlineData("revenue + orders", 0, 0, "formula_units")]
    [InlineData("revenue / revenue", 0, 0, null)]
    [InlineData("days * orders", 0, 1, null)]
    public void Check_Units_GoTogetherOrNot(string text, int money, int days, string? fault)
    {
        var dimension = Formula.Read(text).Formula!.Check(name => name switch { "revenue" => IndicatorUnit.Money, "days" => IndicatorUnit.Days, "hours" => IndicatorUnit.Hours, _ => IndicatorUnit.Count });
        if (fault is not null) dimension.Problem!.Code.ShouldBe(fault);
        else (dimension.Value.Money, dimension.Value.Days).ShouldBe((money, days));
    }

    private static double? Of(string name) => name switch { "orders" => 10, "visits" => 200, "returns" => 2, "orders-online" => 7, "orders.count" => 2, "d28-active" => 9, "nothing" => 0, _ => null };
}
