using Temas.Demo.World;

namespace Temas.Demo.Lives;

/// <summary>Where a customer sits when visiting.</summary>
internal enum Device : byte
{
    Desktop,
    Phone,
    App,
}

/// <summary>How events say whom they are about: each system by the identifiers that it knows.</summary>
internal sealed partial class Life
{
    private static readonly string[] Makes = ["Samsung SM-A546B", "Xiaomi 2201117TG", "Samsung SM-S911B", "OPPO CPH2577", "Redmi 23021RAA2Y"];

    private bool KnownOn(Device device) => device switch { Device.App => knownInApp, Device.Phone => knownOnPhone, _ => knownOnDesktop };

    /// <summary>The cookie of a browser, or of the app. Who never says who loses it now and then.</summary>
    private string Cookie(Device device) => FormattableString.Invariant($"{Dice.Mix((ulong)(person.Index * 16) + (ulong)device + ((ulong)cookie << 40) + ((ulong)world.Seed << 8)):x16}");

    /// <summary>Begins an event of the web shop or the app, up to its properties.</summary>
    private bool Visit(long time, Device device, string? name, string type = "track", string? page = null, in Arrival? by = null)
    {
        if (!sheet.Open(time, person.Index, number++, device == Device.App ? Origin.App : Origin.Web, type, name)) return false;
        Json.WriteString("anonymousId"u8, Cookie(device));
        if (KnownOn(device) && person.UserId is { } user) Json.WriteString("userId"u8, user);
        Json.WriteStartObject("context"u8);
        Json.WriteString("locale"u8, person.Locale);
        if (device == Device.App)
        {
            Json.WriteStartObject("app"u8);
            Json.WriteString("name"u8, "Veranda");
            Json.WriteString("version"u8, time < world.Release ? "4.2.0" : "4.3.1");
            Json.WriteEndObject();
            Json.WriteStartObject("device"u8);
            Json.WriteString("id"u8, "app-" + Cookie(device));
            Json.WriteString("type"u8, person.Android ? "android" : "ios");
            Json.WriteString("model"u8, person.Android ? Makes[person.Index % Makes.Length] : "iPhone");
            Json.WriteEndObject();
        }
        else
        {
            Json.WriteString("userAgent"u8, device == Device.Phone ? person.PhoneAgent : person.DesktopAgent);
            if (page is not null)
            {
                Json.WriteStartObject("page"u8);
                Json.WriteString("path"u8, page);
                Json.WriteString("url"u8, "https://veranda.example" + page);
                if (by is { Referrer: { } referrer }) Json.WriteString("referrer"u8, referrer);
                Json.WriteEndObject();
            }

            if (by is { Medium: { } medium } arrival)
            {
                Json.WriteStartObject("campaign"u8);
                Json.WriteString("source"u8, arrival.Source);
                Json.WriteString("medium"u8, medium);
                Json.WriteString("name"u8, arrival.Campaign);
                if (arrival.Term is { } term) Json.WriteString("term"u8, term);
                Json.WriteEndObject();
            }
        }

        Json.WriteEndObject();
        Json.WriteStartObject(type == "identify" ? "traits"u8 : "properties"u8);
        return true;
    }

    /// <summary>Begins an event of a store's till, which knows the loyalty card.</summary>
    private bool AtTill(long time, string name, string type = "track")
    {
        if (!sheet.Open(time, person.Index, number++, Origin.Stores, type, type == "track" ? name : null)) return false;
        Json.WriteStartObject("context"u8);
        Json.WriteStartArray("externalIds"u8);
        Json.WriteStartObject();
        Json.WriteString("id"u8, person.Card);
        Json.WriteString("type"u8, "loyalty_card");
        Json.WriteString("collection"u8, "users");
        Json.WriteString("encoding"u8, "none");
        Json.WriteEndObject();
        Json.WriteEndArray();
        Json.WriteEndObject();
        Json.WriteStartObject(type == "identify" ? "traits"u8 : "properties"u8);
        return true;
    }

    /// <summary>Begins an event of the call centre, which knows the number that calls.</summary>
    private bool ByPhone(long time, string name)
    {
        if (!sheet.Open(time, person.Index, number++, Origin.Calls, "track", name)) return false;
        WriteTraits("phone", person.Phone);
        Json.WriteStartObject("properties"u8);
        return true;
    }

    /// <summary>Begins an event of a system behind the shop (logistics, mail), which knows the customer number, or of guests the address.</summary>
    private bool Behind(long time, Origin origin, string name) => Behind(time, origin, name, number++);

    private bool Behind(long time, Origin origin, string name, int numbered)
    {
        if (!sheet.Open(time, person.Index, numbered, origin, "track", name)) return false;
        if (person.UserId is { } user) Json.WriteString("userId"u8, user);
        if (person.UserId is null || origin == Origin.Mail) WriteTraits("email", person.Email);
        Json.WriteStartObject("properties"u8);
        return true;
    }

    private void WriteTraits(string name, string value)
    {
        Json.WriteStartObject("context"u8);
        Json.WriteStartObject("traits"u8);
        Json.WriteString(name, value);
        Json.WriteEndObject();
        Json.WriteEndObject();
    }

    private void End()
    {
        Json.WriteEndObject();
        sheet.Close();
    }

    /// <summary>The customer file of the time before, handed over by the back office.</summary>
    private void HandOver(long time)
    {
        if (person.Kind == CustomerKind.Card)
        {
            if (AtTill(time, "", "identify")) EndTraits();
        }
        else if (person.Kind == CustomerKind.Member && sheet.Open(time, person.Index, number++, Origin.Logistics, "identify", null))
        {
            Json.WriteString("userId"u8, person.UserId);
            Json.WriteStartObject("traits"u8);
            EndTraits();
        }
    }

    private void EndTraits()
    {
        WritePerson(withAddress: true);
        End();
    }

    private void WritePerson(bool withAddress)
    {
        Json.WriteString("firstName"u8, person.FirstName);
        Json.WriteString("lastName"u8, person.LastName);
        if (person.Kind != CustomerKind.Card) Json.WriteString("email"u8, person.Email);
        if (person.HasPhone) Json.WriteString("phone"u8, person.Phone);
        if (person.Card is not null) Json.WriteString("loyalty_card"u8, person.Card);
        Json.WriteString("language"u8, person.English ? "en" : "tr");
        if (!withAddress) return;
        Json.WriteStartObject("address"u8);
        Json.WriteString("street"u8, person.Street);
        Json.WriteString("district"u8, person.District);
        Json.WriteString("city"u8, person.City.Name);
        Json.WriteString("region"u8, person.City.Region);
        Json.WriteString("country"u8, "TR");
        Json.WriteEndObject();
    }
}
