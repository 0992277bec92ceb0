using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Temas.Kernel;
using Temas.Ui.Assets;
using Temas.Ui.Layout;
using Temas.Ui.Preferences;
using Temas.Ui.Reading;

namespace Temas.Ui;

/// <summary>The look of Temas: layouts, controls, languages, themes and the files that a browser loads.</summary>
public static class UiModule
{
    /// <summary>Adds what pages need: Razor components, texts in both languages, antiforgery, <see cref="PageContext"/> and <see cref="Reader"/>.</summary>
    public static IServiceCollection AddUi(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(Languages.Configure);
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<PageContext>();
        services.AddScoped<Reader>();
        return services;
    }

    /// <summary>Maps the assets (<c>/assets</c>), the browser SDK (<c>/temas.js</c>) and the forms for language and theme. Pages are mapped by the server.</summary>
    public static IEndpointRouteBuilder MapUi(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/assets/{version}/{name}", [HttpMethods.Get, HttpMethods.Head], WebAssets.WriteAsync)
            .AllowAnonymous().WithMetadata(new PolicyName(Policies.Open)).ExcludeFromDescription();
        SdkFiles.Map(routes);
        ChoosePreference.Map(routes);
        return routes;
    }
}
