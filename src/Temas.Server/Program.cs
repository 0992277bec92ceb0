var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.Run();

/// <summary>The entry point, named for tests that start the whole server.</summary>
public partial class Program;
