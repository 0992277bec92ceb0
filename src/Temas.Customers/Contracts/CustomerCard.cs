namespace Temas.Customers.Contracts;

/// <summary>A card beside every tab of a customer's page, of a module that knows more of her. Registered in DI; cards come in the order of registration.</summary>
/// <param name="Component">A Razor component with a parameter <c>Customer</c>, her public id. It answers at once, or says that it cannot yet.</param>
public sealed record CustomerCard(Type Component);
