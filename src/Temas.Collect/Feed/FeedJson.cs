using System.Text.Json;
using System.Text.Json.Serialization;
using Temas.Collect.Receipts;
using Temas.Collect.Sources;
using Temas.Collect.Tracking;

namespace Temas.Collect.Feed;

/// <summary>JSON of what Collect answers.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FeedEvent))]
[JsonSerializable(typeof(FeedDrop))]
[JsonSerializable(typeof(Skipped))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(DropPage))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(TrackingEvent))]
[JsonSerializable(typeof(TrackingBatch))]
[JsonSerializable(typeof(TrackingReply))]
[JsonSerializable(typeof(TrackingFailure))]
[JsonSerializable(typeof(SourceView))]
[JsonSerializable(typeof(SourceList))]
[JsonSerializable(typeof(CreateSourceRequest))]
[JsonSerializable(typeof(UpdateSourceRequest))]
internal sealed partial class FeedJson : JsonSerializerContext;
