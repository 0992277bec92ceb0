using System.Text;
using System.Text.Json;
using Temas.Storage.EventLog;

namespace Temas.Customers.Identity;

/// <summary>
/// Reads from an event who it is about: its identifiers, normalised, without those that identify nobody, and the name that it tells of the person.
/// A pure function of the event and the rules. Reused from event to event, so that nothing is allocated; not thread-safe.
/// </summary>
internal sealed class IdentifierReader(IdentityRules rules)
{
    /// <summary>More identifiers than this in one event are not read: nobody has so many, and each is a link.</summary>
    public const int MaxFound = 32;

    private const int MaxNameLength = 200;

    private struct Found
    {
        public int Kind;
        public int NameStart;
        public int NameLength;
        public int Start;
        public int Length;
        public bool Previous;
        public bool Asserted;
    }

    private readonly Found[] found = new Found[MaxFound];
    private readonly (int Start, int Length)[] names = new (int, int)[4];
    private byte[] buffer = new byte[8 * 1024];
    private int used;
    private bool isNamed;

    /// <summary>Set to be told what is not used as an identifier, and why; nothing is told while events are applied.</summary>
    public List<IgnoredIdentifier>? Ignored { get; init; }

    /// <summary>Set to be given the values that the rules block, by number of their kind.</summary>
    public List<(int Kind, string Value)>? Blocked { get; init; }

    /// <summary>How many identifiers the last event has.</summary>
    public int Count { get; private set; }

    /// <summary>Index of the identifier under which the event is filed: the strongest, of equals the first. -1 when there is none.</summary>
    public int Primary { get; private set; } = -1;

    /// <summary>Number of the kind in the rules; the number of "any other" for a kind that the rules do not name.</summary>
    public int RuleOf(int index) => found[index].Kind;

    /// <summary>Name of a kind that the rules do not name; otherwise empty.</summary>
    public ReadOnlySpan<byte> KindNameOf(int index) => buffer.AsSpan(found[index].NameStart, found[index].NameLength);

    /// <summary>The value, normalised.</summary>
    public ReadOnlySpan<byte> ValueOf(int index) => buffer.AsSpan(found[index].Start, found[index].Length);

    /// <summary>True when the event only says that this was an earlier name of the person (alias).</summary>
    public bool IsPrevious(int index) => found[index].Previous;

    /// <summary>True when the event is the sender's word (alias) that this is the same person, not only evidence.</summary>
    public bool IsAsserted(int index) => found[index].Asserted;

    /// <summary>True when the event tells a name.</summary>
    public bool HasName => names[0].Length > 0 || names[1].Length > 0 || names[2].Length > 0 || names[3].Length > 0;

    /// <summary>The person's name as told: <c>name</c>, or first and last name.</summary>
    public string PersonName
    {
        get
        {
            if (names[0].Length > 0) return TextOf(names[0]);
            return (names[1].Length > 0, names[2].Length > 0) switch
            {
                (true, true) => TextOf(names[1]) + " " + TextOf(names[2]),
                (true, false) => TextOf(names[1]),
                (false, true) => TextOf(names[2]),
                _ => "",
            };
        }
    }

    /// <summary>The company as told, or an empty text.</summary>
    public string Company => TextOf(names[3]);

    /// <summary>Reads an event.</summary>
    public void Read(in LogEvent e)
    {
        (Count, used, Primary) = (0, 0, -1);
        names.AsSpan().Clear();
        isNamed = false;
        if (e.Kind != LogRecordKind.Event) return;
        var fields = e.Fields;
        try
        {
            Take(rules.UserIdKind, e.Json, fields.UserId);
            Take(rules.AnonymousIdKind, e.Json, fields.AnonymousId);
            if (fields.ExternalIds.Exists) ReadExternalIds(fields.ExternalIds.Of(e.Json));
            if (fields.Device.Exists && rules.DeviceIdKind >= 0) ReadDevice(fields.Device.Of(e.Json));
            if (fields.Traits.Exists && fields.Type == EventType.Identify) ReadTraits(fields.Traits.Of(e.Json));
            isNamed = names[0].Length > 0 || names[1].Length > 0 || names[2].Length > 0;
            if (fields.ContextTraits.Exists) ReadTraits(fields.ContextTraits.Of(e.Json));
            if (fields.Properties.Exists && rules.PropertyNames.Count > 0) ReadProperties(fields.Properties.Of(e.Json));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair in an escape, say: what was read until then counts, on each replay alike.
        }

        Primary = Strongest();
        if (fields.Type == EventType.Alias && fields.PreviousId.Exists && Primary >= 0) ReadPrevious(e.Json, fields.PreviousId);
    }

    /// <summary>Normalises one identifier that a person or program names. False when it is none, or blocked. The result is read with index 0.</summary>
    public bool TryRead(ReadOnlySpan<char> kind, ReadOnlySpan<char> value)
    {
        (Count, used, Primary) = (0, 0, -1);
        if (value.Length > IdentityRules.MaxValueLength || !IdentityRulesKind.IsKindName(kind)) return false;
        Span<byte> kindName = stackalloc byte[kind.Length];
        Encoding.UTF8.GetBytes(kind, kindName);
        var text = new byte[Encoding.UTF8.GetByteCount(value)];
        Encoding.UTF8.GetBytes(value, text);
        AddNamed(kindName, text);
        if (Count == 1) Primary = 0;
        return Count == 1;
    }

    private int Strongest()
    {
        var best = -1;
        for (var i = 0; i < Count; i++)
        {
            if (best < 0 || found[i].Kind < found[best].Kind
                || (found[i].Kind == found[best].Kind && KindNameOf(i).SequenceCompareTo(KindNameOf(best)) < 0)) best = i;
        }

        return best;
    }

    private void ReadPrevious(ReadOnlySpan<byte> json, JsonSlice previous)
    {
        // The sender does not say which sort of id it was, so it may be either; the one that no event carries stays hidden.
        Take(rules.UserIdKind, json, previous, previous: true);
        Take(rules.AnonymousIdKind, json, previous, previous: true);
    }

    private void ReadExternalIds(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            JsonSlice id = default, type = default;
            // Segment: collection is "users" (or "accounts", which is no person), encoding is "none" unless the value is not the plain one.
            var (person, plain) = (true, true);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isId, isType) = (reader.ValueTextEquals("id"u8), reader.ValueTextEquals("type"u8));
                var (isCollection, isEncoding) = (reader.ValueTextEquals("collection"u8), reader.ValueTextEquals("encoding"u8));
                reader.Read();
                if (isId) id = SliceOf(ref reader);
                else if (isType) type = SliceOf(ref reader);
                else if (isCollection) person = reader.TokenType != JsonTokenType.String || reader.ValueTextEquals("users"u8) || reader.ValueTextEquals("user"u8) || reader.ValueTextEquals(""u8);
                else if (isEncoding) plain = reader.TokenType != JsonTokenType.String || reader.ValueTextEquals("none"u8) || reader.ValueTextEquals(""u8);
                reader.Skip();
            }

            if (person && plain && type.Exists && type.IsString(json) && type.Length <= 42) TakeNamed(json, type, id);
        }
    }

    private void ReadDevice(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("id"u8);
            reader.Read();
            if (isId) Take(rules.DeviceIdKind, json, SliceOf(ref reader));
            else reader.Skip();
        }
    }

    private void ReadTraits(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var kind = KindOf(ref reader, rules.TraitNames);
            var name = kind >= 0 ? -1 : NameOf(ref reader);
            reader.Read();
            if (kind >= 0)
            {
                Take(kind, json, SliceOf(ref reader));
            }
            else if (name >= 0 && reader.TokenType == JsonTokenType.String)
            {
                TakeName(name, ref reader);
            }
            else if (name == 3 && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadCompany(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadCompany(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = reader.ValueTextEquals("name"u8);
            reader.Read();
            if (isName && reader.TokenType == JsonTokenType.String) TakeName(3, ref reader);
            else reader.Skip();
        }
    }

    private void ReadProperties(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf(rules.PropertyNeedle) < 0) return;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var kind = KindOf(ref reader, rules.PropertyNames);
            reader.Read();
            if (kind >= 0) Take(kind, json, SliceOf(ref reader));
            else reader.Skip();
        }
    }

    private static int KindOf(ref Utf8JsonReader reader, IReadOnlyList<(byte[] Name, int Kind)> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (reader.ValueTextEquals(names[i].Name)) return names[i].Kind;
        }

        return -1;
    }

    private static int NameOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("name"u8) ? 0
        : reader.ValueTextEquals("firstName"u8) || reader.ValueTextEquals("first_name"u8) ? 1
        : reader.ValueTextEquals("lastName"u8) || reader.ValueTextEquals("last_name"u8) ? 2
        : reader.ValueTextEquals("company"u8) ? 3
        : -1;

    private static JsonSlice SliceOf(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        var usable = reader.TokenType is JsonTokenType.String or JsonTokenType.Number;
        reader.Skip();
        return usable ? new JsonSlice(start, (int)reader.BytesConsumed - start) : default;
    }

    private void TakeName(int name, ref Utf8JsonReader reader)
    {
        // Traits come before context.traits, and what the event itself says counts.
        if (names[name].Length > 0 || (isNamed && name < 3) || reader.ValueSpan.Length > MaxNameLength * 6) return;
        Reserve(reader.ValueSpan.Length);
        var length = reader.CopyString(buffer.AsSpan(used));
        if (length > MaxNameLength) return;
        names[name] = (used, length);
        used += length;
    }

    private void Take(int kind, ReadOnlySpan<byte> json, JsonSlice slice, bool previous = false)
    {
        if (kind < 0) return;
        if (TryText(json, slice, out var text)) Add(kind, [], text, previous);
        else if (slice.Length > IdentityRules.MaxValueLength) Ignore(kind, [], IgnoredReason.TooLong);
    }

    private void TakeNamed(ReadOnlySpan<byte> json, JsonSlice type, JsonSlice id)
    {
        var raw = json.Slice(type.Start + 1, type.Length - 2);
        Span<byte> name = stackalloc byte[raw.Length];
        if (Ascii.ToLower(raw, name, out _) != System.Buffers.OperationStatus.Done) return;
        if (TryText(json, id, out var text)) AddNamed(name, text);
        else if (id.Length > IdentityRules.MaxValueLength) Ignored?.Add(new IgnoredIdentifier(Encoding.ASCII.GetString(name), IgnoredReason.TooLong));
    }

    private void AddNamed(ReadOnlySpan<byte> kindName, ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < rules.Kinds.Count; i++)
        {
            if (i == rules.AnyKind || !Ascii.Equals(kindName, rules.Kinds[i].Name)) continue;
            Add(i, [], text, previous: false);
            return;
        }

        Span<char> name = stackalloc char[kindName.Length];
        Ascii.ToUtf16(kindName, name, out _);
        if (IdentityRulesKind.IsKindName(name)) Add(rules.AnyKind, kindName, text, previous: false);
    }

    private bool TryText(ReadOnlySpan<byte> json, JsonSlice slice, out ReadOnlySpan<byte> text)
    {
        text = [];
        // An escape makes one byte six times as long at most; longer than that is longer than any identifier.
        if (!slice.Exists || slice.Length > (IdentityRules.MaxValueLength * 6) + 2) return false;
        if (!slice.IsString(json) && json[slice.Start] is not ((byte)'-' or (>= (byte)'0' and <= (byte)'9'))) return false;
        Reserve(slice.Length);
        text = slice.Text(json, buffer.AsSpan(used));
        return true;
    }

    private void Add(int kind, ReadOnlySpan<byte> kindName, ReadOnlySpan<byte> text, bool previous)
    {
        text = Trim(text);
        if (text.Length == 0) return;
        if (Count == MaxFound || text.Length > IdentityRules.MaxValueLength)
        {
            Ignore(kind, kindName, text.Length > IdentityRules.MaxValueLength ? IgnoredReason.TooLong : IgnoredReason.TooMany);
            return;
        }

        Reserve(text.Length + kindName.Length + PhoneNumber.MaxLength);
        var start = used;
        var length = Normalize(kind, text, buffer.AsSpan(start));
        var value = buffer.AsSpan(start, length);
        if (length == 0 || rules.IsBlocked(kind, value))
        {
            Ignore(kind, kindName, length == 0 ? IgnoredReason.Invalid : IgnoredReason.Blocked);
            if (length > 0) Blocked?.Add((kind, Encoding.UTF8.GetString(value)));
            return;
        }

        for (var i = 0; i < Count; i++)
        {
            if (found[i].Kind == kind && value.SequenceEqual(ValueOf(i)) && KindNameOf(i).SequenceEqual(kindName))
            {
                found[i].Asserted |= previous;
                return;
            }
        }

        used += length;
        kindName.CopyTo(buffer.AsSpan(used));
        found[Count++] = new Found { Kind = kind, Start = start, Length = length, NameStart = used, NameLength = kindName.Length, Previous = previous, Asserted = previous };
        used += kindName.Length;
    }

    private void Ignore(int kind, ReadOnlySpan<byte> kindName, IgnoredReason reason) =>
        Ignored?.Add(new IgnoredIdentifier(kindName.IsEmpty ? rules.Kinds[kind].Name : Encoding.UTF8.GetString(kindName), reason));

    private int Normalize(int kind, ReadOnlySpan<byte> text, Span<byte> into)
    {
        if (kind == rules.PhoneKind) return PhoneNumber.Normalize(text, rules.Country, into);
        if (kind == rules.EmailKind) return NormalizeEmail(text, into);
        text.CopyTo(into);
        return text.Length;
    }

    /// <summary>Lower case and nothing else: whether dots or what follows a plus matter is for the mail server to say.</summary>
    private static int NormalizeEmail(ReadOnlySpan<byte> text, Span<byte> into)
    {
        var at = text.LastIndexOf((byte)'@');
        if (at <= 0 || at == text.Length - 1 || text.IndexOfAnyInRange((byte)0, (byte)' ') >= 0) return 0;
        if (Ascii.IsValid(text))
        {
            text.CopyTo(into);
            Ascii.ToLowerInPlace(into[..text.Length], out _);
            return text.Length;
        }

        var lower = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).ToLowerInvariant());
        if (lower.Length > into.Length || lower.Length > IdentityRules.MaxValueLength) return 0;
        lower.CopyTo(into);
        return lower.Length;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n\f\v\0"u8);

    private string TextOf((int Start, int Length) part) => part.Length == 0 ? "" : Encoding.UTF8.GetString(buffer, part.Start, part.Length).Trim();

    // The buffer may move only while nothing points into it: each caller reserves before it writes.
    private void Reserve(int more)
    {
        if (used + (2 * more) + 256 > buffer.Length) Array.Resize(ref buffer, (used + (2 * more) + 256) * 2);
    }
}
