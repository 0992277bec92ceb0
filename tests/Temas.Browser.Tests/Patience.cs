using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Temas.Browser.Tests;

/// <summary>How long a browser is waited for. On a busy machine the first of everything takes seconds, and that is not what is tested.</summary>
internal static class Patience
{
    [ModuleInitializer]
    internal static void Set() => Assertions.SetDefaultExpectTimeout(30_000);
}
