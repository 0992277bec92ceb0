using System.Text.Json.Serialization;
using Temas.Feedback.Contracts;

namespace Temas.Feedback.Texts.Topics;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(TopicModel))]
internal sealed partial class TopicJson : JsonSerializerContext;
