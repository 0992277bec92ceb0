using Temas.Collect.Contracts;
using Temas.Collect.Tracking;

namespace Temas.Tests.Collect.Tracking;

public sealed class DropReasonTests
{
    /// <summary>These names stand in receipts and counters of running installations: the list may only grow.</summary>
    [Fact]
    public void NameOf_EveryReason_IsTheNameThatIsPersisted() =>
        Enum.GetValues<DropReason>().Select(reason => $"{(int)reason} {DropReasons.NameOf(reason)}").ShouldBe(
        [
            "0 none", "1 malformed_json", "2 body_too_large", "3 gzip_invalid", "4 encoding_unsupported", "5 batch_too_many_events", "6 batch_missing", "7 batch_too_large",
            "8 not_an_object", "9 event_too_large", "10 invalid_utf8", "11 nesting_too_deep", "12 type_unknown", "13 message_id_too_long", "14 id_not_text", "15 id_too_long",
            "16 no_identifier", "17 event_name_missing", "18 event_name_too_long", "19 group_id_missing", "20 alias_incomplete", "21 timestamp_invalid",
            "22 event_not_in_catalogue", "23 bot_blocked",
        ]);
}
