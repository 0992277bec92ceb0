using System.Globalization;
using System.Text;
using Temas.Customers.Identity;

namespace Temas.Tests.Customers;

public sealed class IdentifierReaderTests
{
    [Theory]
    [InlineData("0532 123 45 67", "+905321234567")]
    [InlineData("532 123 4567", "+905321234567")]
    [InlineData("+90 (532) 123-45-67", "+905321234567")]
    [InlineData("0090 532 123 45 67", "+905321234567")]
    [InlineData("905321234567", "+905321234567")]
    [InlineData("+90 (0) 532 123 45 67", "+905321234567")]
    [InlineData("0 (212) 555.12.12", "+902125551212")]
    [InlineData("+49 30 901820", "+4930901820")]
    [InlineData("0044 20 7946 0958", "+442079460958")]
    [InlineData("tel:+1-202-555-0143", "+12025550143")]
    [InlineData("53212345", "")]
    [InlineData("+90532123456", "")]
    [InlineData("053212345678", "")]
    [InlineData("+1234567890123456", "")]
    [InlineData("call me", "")]
    [InlineData("532-123-45-67 x12", "")]
    [InlineData("12345", "")]
    public void Normalize_Phone_GivesE164OrNothing(string text, string expected)
    {
        var into = new byte[PhoneNumber.MaxLength];
        var length = PhoneNumber.Normalize(Encoding.UTF8.GetBytes(text), "TR", into);
        Encoding.ASCII.GetString(into, 0, length).ShouldBe(expected);
    }

    [Fact]
    public void Read_IdentifyWithEverything_FindsAllIdentifiersStrongestAsPrimary()
    {
        Read("""
            {"type":"identify","messageId":"1","anonymousId":"d1","userId":42,
             "traits":{"email":" Ada@Example.COM ","phone":"0532 123 45 67","loyaltyCard":"C-7","firstName":"Ada","lastName":"Yılmaz","company":{"name":"Işık A.Ş.","id":3}},
             "context":{"device":{"id":"ifv-1","type":"ios"},"traits":{"email":"second@example.com","name":"old"},
             "externalIds":[{"id":"77","type":"Braze_ID","collection":"users","encoding":"none"},{"id":"acme","type":"org","collection":"accounts"},{"id":"ff00","type":"email","encoding":"sha256"}]}}
            """).ShouldBe([
            "user_id:42", "anonymous_id:d1", "braze_id:77", "device_id:ifv-1", "email:ada@example.com", "phone:+905321234567", "loyalty_card:C-7", "email:second@example.com"]);
        reader.Primary.ShouldBe(0);
        (reader.PersonName, reader.Company).ShouldBe(("Ada Yılmaz", "Işık A.Ş."));
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("NULL")]
    [InlineData(" undefined ")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void Read_BlockedValue_IsNoIdentifier(string value) =>
        Read($$"""{"type":"track","event":"x","messageId":"1","userId":"{{value}}","anonymousId":"d1"}""").ShouldBe(["anonymous_id:d1"]);

    [Fact]
    public void Read_BlockedMailPattern_IsNoIdentifier() =>
        Read("""{"type":"identify","messageId":"1","userId":"u","traits":{"email":"NoReply@shop.com","phone":"0555 555 55 55"}}""").ShouldBe(["user_id:u"]);

    [Fact]
    public void Read_LoyaltyCardInProperties_IsFound() =>
        Read("""{"type":"track","event":"Store Purchase","messageId":"1","properties":{"total":3,"loyalty_card_id":9001}}""").ShouldBe(["loyalty_card:9001"]);

    [Fact]
    public void Read_MailInPropertiesOrGroupTraits_IsNotThePersons()
    {
        Read("""{"type":"track","event":"Invited","messageId":"1","userId":"u","properties":{"email":"friend@x.com"}}""").ShouldBe(["user_id:u"]);
        Read("""{"type":"group","groupId":"g","messageId":"1","userId":"u","traits":{"email":"office@x.com"}}""").ShouldBe(["user_id:u"]);
    }

    [Fact]
    public void Read_Alias_NamesThePreviousIdAsBothKinds()
    {
        Read("""{"type":"alias","messageId":"1","userId":"u2","previousId":"p"}""").ShouldBe(["user_id:u2", "user_id:p?", "anonymous_id:p?"]);
        reader.Primary.ShouldBe(0);
    }

    [Fact]
    public void Read_EscapesAndBrokenText_NeverFails()
    {
        Read("""{"type":"track","event":"x","messageId":"1","userId":"a\u0062c","anonymousId":"\ud800"}""").ShouldBe(["user_id:abc"]);
        Read("""{"type":"track","event":"x","messageId":"1","userId":{"a":1},"anonymousId":[1],"context":{"externalIds":[1,{"type":7,"id":"x"},{"id":"y"}],"device":[],"traits":"no"}}""").ShouldBeEmpty();
        Read($$"""{"type":"track","event":"x","messageId":"1","userId":"{{new string('x', 300)}}","anonymousId":"d"}""").ShouldBe(["anonymous_id:d"]);
    }

    [Fact]
    public void Read_TurkishCulture_ChangesNothing()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
        try
        {
            Read("""{"type":"identify","messageId":"1","userId":"I1","traits":{"email":"INFO@IS.COM"},"context":{"externalIds":[{"id":"1","type":"ID_I"}]}}""").ShouldBe(["user_id:I1", "id_i:1", "email:info@is.com"]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Check_DefaultRules_HaveNoFault() => IdentityRulesKind.Instance.Check("default", IdentityRulesKind.DefaultJson).ShouldBeEmpty();

    [Fact]
    public void Check_ManyFaults_TellsAllWithTheirPath() =>
        IdentityRulesKind.Instance.Check("other", """
            {"kinds":[{"kind":"user_id","limit":0},{"kind":"Not A Name"},{"kind":"user_id"}],"blocked":{"email":["a*b","*",7]},"sharedLimit":"x","country":"XX","more":1}
            """).Select(p => p.Field).ShouldBe(
            ["$", "$.kinds[0].limit", "$.kinds[1].kind", "$.kinds[2].kind", "$.kinds", "$.kinds", "$.blocked.email[2]", "$.blocked.email[0]", "$.blocked.email[1]", "$.sharedLimit", "$.country", "$.more"], ignoreOrder: true);

    private readonly IdentifierReader reader = new(IdentityRules.Default);

    private List<string> Read(string json)
    {
        reader.Read(new TestRecord(1000, json).At(1, Encoding.UTF8.GetBytes(json)));
        var result = new List<string>();
        for (var i = 0; i < reader.Count; i++)
        {
            var kind = reader.KindNameOf(i).Length > 0 ? Encoding.UTF8.GetString(reader.KindNameOf(i)) : IdentityRules.Default.Kinds[reader.RuleOf(i)].Name;
            result.Add($"{kind}:{Encoding.UTF8.GetString(reader.ValueOf(i))}{(reader.IsPrevious(i) ? "?" : "")}");
        }

        return result;
    }
}
