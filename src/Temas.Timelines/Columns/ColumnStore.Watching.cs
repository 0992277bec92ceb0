using System.Numerics;

namespace Temas.Timelines.Columns;

/// <content>Who changed since somebody looked at all customers, so that she need look again at those alone.</content>
public sealed partial class ColumnStore
{
    // A bit a customer, by the node that stands for her; for whoever asked last.
    private ulong[] changes = [];
    private object? watcher;
    private readonly Lock taking = new();

    /// <summary>
    /// The customers whose events, or what these were as touches, changed since the same watcher asked before, a bit each; null where it did not, or another did since: everybody may have. While reading, so that what is read next is
    /// what changed up to then.
    /// </summary>
    internal ulong[]? TakeChanges(object by)
    {
        lock (taking)
        {
            var taken = watcher == by ? changes : null;
            (watcher, changes) = (by, []);
            return taken;
        }
    }

    private void Watch(int customer)
    {
        if (watcher is null || customer < 0) return;
        if (customer >> 6 >= changes.Length) Array.Resize(ref changes, (int)BitOperations.RoundUpToPowerOf2((uint)(customer >> 6) + 64));
        changes[customer >> 6] |= 1UL << customer;
    }
}
