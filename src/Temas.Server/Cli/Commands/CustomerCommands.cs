using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Temas.Kernel;
using Temas.Server.Verbs;

namespace Temas.Server.Cli.Commands;

/// <summary><c>temas customer</c> and <c>temas erase</c>.</summary>
internal static class CustomerCommands
{
    public static Command Read(Shell shell)
    {
        var customer = Customer();
        var command = new Command("customer", "Show what is known of a customer.") { customer };
        command.SetAction(async (parse, cancel) => await shell.AskAsync(
            parse, CustomerVerbs.Read, new CustomerChoice(shell.Workspace(parse), parse.GetRequiredValue(customer)), (answer, to) => Print(answer.Customer, to), cancel,
            json: answer => answer.Customer));
        return command;
    }

    public static Command Erase(Shell shell)
    {
        var customer = Customer();
        var reason = new Option<string>("--reason") { Description = "Why, without personal data; stands in the proof.", HelpName = "TEXT", DefaultValueFactory = _ => "request" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new Command("erase", "Erase a customer for good: log, timelines, snapshots. Prints the proof.") { customer, reason, yes };
        command.SetAction(async (parse, cancel) =>
        {
            var name = parse.GetRequiredValue(customer);
            if (!parse.GetValue(yes) && !shell.Confirm($"Erase the customer {name} and all her events for good?"))
                return shell.Complain(parse, new Problem(ProblemKind.Conflict, "not_confirmed", "Nothing was erased.") { WayOut = "Answer y, or give --yes." });
            return await shell.AskAsync(parse, CustomerVerbs.Erase, new EraseRequest(shell.Workspace(parse), name, parse.GetRequiredValue(reason)), (proof, to) =>
            {
                to.WriteLine(FormattableString.Invariant($"Erased {proof.Events} events, {proof.Identifiers} identifiers and {proof.Decisions} decisions."));
                to.WriteLine($"Proof {proof.Id}: {proof.Digest}");
            }, cancel);
        });
        return command;
    }

    private static Argument<string> Customer() => new("CUSTOMER") { Description = "kind:value of an identifier, such as email:ada@example.com, or the public id." };

    private static void Print(JsonElement customer, TextWriter to)
    {
        var profile = customer.GetProperty("profile");
        to.WriteLine($"{Text(customer, "name") ?? "(no name)"}  {Text(customer, "id")}");
        foreach (var i in customer.GetProperty("identifiers").EnumerateArray()) to.WriteLine($"  {Text(i, "kind")}:{Text(i, "value")}");
        to.WriteLine($"Events     {profile.GetProperty("events").GetRawText()}, {Day(profile, "firstSeen")} to {Day(profile, "lastSeen")}");
        var lifecycle = profile.GetProperty("lifecycle");
        to.WriteLine($"Lifecycle  {Text(lifecycle, "stage")}, {lifecycle.GetProperty("orders").GetRawText()} orders");
        var perception = profile.GetProperty("perception");
        var value = perception.TryGetProperty("value", out var v) && v.ValueKind == JsonValueKind.Number ? v.GetDouble().ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) : "unknown";
        to.WriteLine($"Perception {value}; {perception.GetProperty("positive").GetRawText()} positive, {perception.GetProperty("neutral").GetRawText()} neutral, {perception.GetProperty("negative").GetRawText()} negative");
        Section(to, "Traits", profile.GetProperty("traits").EnumerateArray().Select(t => $"{Text(t, "name")} = {Shown(t.GetProperty("value"))}"));
        Section(to, "Computed", profile.GetProperty("computedTraits").EnumerateArray().Select(t => $"{Text(t, "key")} = {Shown(t.GetProperty("value"))}"));
        Section(to, "Consent", profile.GetProperty("consents").EnumerateArray().Select(c => $"{Text(c, "purpose")} on {Text(c, "channel")}: {(c.GetProperty("given").GetBoolean() ? "given" : "not given")}"));
        Section(to, "Promises", profile.GetProperty("promises").EnumerateArray().Select(p => $"{Text(p, "promise")} {Text(p, "reference")}: {Text(p, "status")}"));
    }

    private static void Section(TextWriter to, string heading, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0) return;
        to.WriteLine(heading);
        foreach (var line in all) to.WriteLine("  " + line);
    }

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Shown(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string Day(JsonElement of, string name) => Text(of, name) is { Length: >= 10 } at ? at[..10] : "-";
}
