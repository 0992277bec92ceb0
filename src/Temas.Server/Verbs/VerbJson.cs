using System.Text.Json.Serialization;

namespace Temas.Server.Verbs;

/// <summary>How requests and answers of verbs are written, on the control socket and with <c>--json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CreateWorkspaceRequest))]
[JsonSerializable(typeof(WorkspaceLine))]
[JsonSerializable(typeof(ListWorkspacesRequest))]
[JsonSerializable(typeof(ListWorkspacesAnswer))]
[JsonSerializable(typeof(RebuildRequest))]
[JsonSerializable(typeof(RebuildAnswer))]
[JsonSerializable(typeof(Temas.Server.Cli.ProblemLine))]
internal sealed partial class VerbJson : JsonSerializerContext;
