namespace Temas.Timelines.Columns;

/// <summary>
/// What changed of a customer: events of which types she got, what is known of her, or more than that. So that who follows many conditions tests those alone that it can matter to.
/// Types share bits where there are many of them; then something is tested in vain.
/// </summary>
public readonly record struct CustomerChange
{
    private const int OfTypes = 63;

    private readonly ulong bits;

    private CustomerChange(ulong bits) => this.bits = bits;

    /// <summary>Nothing.</summary>
    public static CustomerChange Nothing => default;

    /// <summary>She was joined or parted, lost events, or is new: everything that holds of her may be otherwise.</summary>
    public static CustomerChange Everything => new(ulong.MaxValue);

    /// <summary>What is known of her, or what her events were as touches, was worked out anew.</summary>
    public static CustomerChange Profile => new(1UL << OfTypes);

    /// <summary>She got an event of a type.</summary>
    internal static CustomerChange Event(int type) => new(1UL << (type % OfTypes));

    /// <summary>Both.</summary>
    public static CustomerChange operator |(CustomerChange a, CustomerChange b) => new(a.bits | b.bits);

    /// <summary>Whether something is in both.</summary>
    public bool Meets(CustomerChange other) => (bits & other.bits) != 0;
}
