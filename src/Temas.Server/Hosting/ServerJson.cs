using System.Text.Json.Serialization;
using Temas.Kernel;
using Temas.Server.Audit;
using Temas.Server.Definitions;
using Temas.Server.Invitations;
using Temas.Server.Operations;
using Temas.Server.People;
using Temas.Server.SecondFactor;
using Temas.Server.SignIn;
using Temas.Server.Tokens;
using Temas.Server.Workspaces;

namespace Temas.Server.Hosting;

/// <summary>How the server's own API writes and reads JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, Converters = [typeof(RoleJson)])]
[JsonSerializable(typeof(TokenBody))]
[JsonSerializable(typeof(CreatedToken))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(PersonBody))]
[JsonSerializable(typeof(PersonChangesBody))]
[JsonSerializable(typeof(AddedPersonView))]
[JsonSerializable(typeof(PersonView))]
[JsonSerializable(typeof(PersonList))]
[JsonSerializable(typeof(PasswordLinkView))]
[JsonSerializable(typeof(SecondFactorBody))]
[JsonSerializable(typeof(SecondFactorView))]
[JsonSerializable(typeof(BegunSecondFactor))]
[JsonSerializable(typeof(MadeRecoveryCodes))]
[JsonSerializable(typeof(AccessRules))]
[JsonSerializable(typeof(AccessRulesBody))]
[JsonSerializable(typeof(InvitationBody))]
[JsonSerializable(typeof(InvitationList))]
[JsonSerializable(typeof(InvitationView))]
[JsonSerializable(typeof(InvitedView))]
[JsonSerializable(typeof(PasswordBody))]
[JsonSerializable(typeof(OwnChangesBody))]
[JsonSerializable(typeof(WorkspaceBody))]
[JsonSerializable(typeof(WorkspaceView))]
[JsonSerializable(typeof(WorkspaceList))]
[JsonSerializable(typeof(WorkspaceSettingsView))]
[JsonSerializable(typeof(WorkspaceChanges))]
[JsonSerializable(typeof(DemoLeftView))]
[JsonSerializable(typeof(Temas.Demo.Contracts.DemoStatus))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(AntiforgeryView))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(DefinitionView))]
[JsonSerializable(typeof(DefinitionList))]
[JsonSerializable(typeof(DefinitionHistory))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(OperationsView))]
[JsonSerializable(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails))]
internal sealed partial class ServerJson : JsonSerializerContext;

/// <summary>Roles in lower case: <c>"viewer"</c>.</summary>
internal sealed class RoleJson() : JsonStringEnumConverter<Role>(System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false);

/// <summary>State of the process.</summary>
/// <param name="Status"><c>ok</c> (<c>/healthz</c>) or <c>ready</c> (<c>/readyz</c>).</param>
/// <param name="Faults">What needs a look though everything is answered; for managers of the workspaces, absent when there is nothing.</param>
internal sealed record HealthView(string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<HealthFault>? Faults = null);

/// <summary>A projection that could not be written to disk. Nothing is lost, but the next start takes longer.</summary>
/// <param name="Workspace">Key of the workspace.</param>
/// <param name="Projection">Name of the projection, as <c>temas rebuild</c> takes it.</param>
/// <param name="Reason">What the system said.</param>
internal sealed record HealthFault(string Workspace, string Projection, string Reason);
