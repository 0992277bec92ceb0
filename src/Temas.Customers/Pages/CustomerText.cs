namespace Temas.Customers.Pages;

/// <summary>Names the texts of the pages of a customer (CustomerText.resx).</summary>
public sealed class CustomerText;
