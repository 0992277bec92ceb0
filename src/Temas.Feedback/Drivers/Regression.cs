namespace Temas.Feedback.Drivers;

/// <summary>
/// R² of every set of drivers, from the correlations of their columns. A driver has one column, or two where values are missing: the value, with the mean where it is missing, and whether it is missing; both come in together.
/// </summary>
internal sealed class Regression
{
    /// <summary>What adds less than this to what is already there is a combination of it.</summary>
    private const double Tolerance = 1e-9;

    private readonly double[,] between;
    private readonly double[] withScore;
    private readonly int[][] columns;

    /// <param name="between">The correlations of the columns.</param>
    /// <param name="withScore">Their correlations with the score.</param>
    /// <param name="columns">The columns of each driver.</param>
    public Regression(double[,] between, double[] withScore, int[][] columns) => (this.between, this.withScore, this.columns) = (between, withScore, columns);

    private int Drivers => columns.Length;

    /// <summary>What each driver adds to R² on average over all orders. All sets are gone through once.</summary>
    public double[] SharesOfAllOrders()
    {
        var squares = new double[1 << Drivers];
        var state = new Factor(withScore.Length);
        Visit(0, 0, state);
        var weight = new double[Drivers];
        double ways = 1.0 / Drivers;
        for (var size = 0; size < Drivers; size++)
        {
            // size! (p - size - 1)! / p!
            weight[size] = ways;
            ways = ways * (size + 1) / Math.Max(1, Drivers - size - 1);
        }

        var shares = new double[Drivers];
        for (var set = 0; set < squares.Length; set++)
        {
            var own = weight[Math.Min(Drivers - 1, System.Numerics.BitOperations.PopCount((uint)set))];
            for (var d = 0; d < Drivers; d++)
            {
                if ((set & (1 << d)) == 0) shares[d] += own * (squares[set | (1 << d)] - squares[set]);
            }
        }

        return shares;

        void Visit(int set, int next, Factor at)
        {
            squares[set] = at.Square;
            for (var d = next; d < Drivers; d++)
            {
                var mark = at.Mark();
                Add(at, d);
                Visit(set | (1 << d), d + 1, at);
                at.Return(mark);
            }
        }
    }

    /// <summary>The same over orders drawn by chance, each with its reverse. They still sum to R², for each order does.</summary>
    public double[] SharesOfSomeOrders(int pairs, ulong seed)
    {
        var shares = new double[Drivers];
        var order = Enumerable.Range(0, Drivers).ToArray();
        var random = new Texts.Learning.SplitMix(seed);
        var state = new Factor(withScore.Length);
        for (var pair = 0; pair < pairs; pair++)
        {
            random.Shuffle(order);
            for (var way = 0; way < 2; way++)
            {
                state.Return(default);
                foreach (var d in order)
                {
                    var before = state.Square;
                    Add(state, d);
                    shares[d] += state.Square - before;
                }

                Array.Reverse(order);
            }
        }

        for (var d = 0; d < Drivers; d++) shares[d] /= 2 * pairs;
        return shares;
    }

    /// <summary>R² of all drivers together.</summary>
    public double RSquared()
    {
        var state = new Factor(withScore.Length);
        for (var d = 0; d < Drivers; d++) Add(state, d);
        return state.Square;
    }

    /// <summary>Johnson's relative weights, each driver's columns together.</summary>
    public double[] RelativeWeights()
    {
        var size = withScore.Length;
        var (values, vectors) = Eigen.Of(between);

        // The square root of the correlations ties the columns to uncorrelated ones that lie closest to them; on those the score is regressed.
        var root = new double[size, size];
        var beta = new double[size];
        for (var k = 0; k < size; k++)
        {
            if (values[k] < Tolerance) continue;
            var (square, projected) = (Math.Sqrt(values[k]), 0.0);
            for (var i = 0; i < size; i++) projected += vectors[i, k] * withScore[i];
            for (var i = 0; i < size; i++)
            {
                beta[i] += vectors[i, k] * projected / square;
                for (var j = 0; j < size; j++) root[i, j] += vectors[i, k] * square * vectors[j, k];
            }
        }

        var weights = new double[Drivers];
        for (var d = 0; d < Drivers; d++)
        {
            foreach (var i in columns[d])
            {
                for (var k = 0; k < size; k++) weights[d] += root[i, k] * root[i, k] * beta[k] * beta[k];
            }
        }

        return weights;
    }

    private void Add(Factor state, int driver)
    {
        foreach (var column in columns[driver]) state.Add(between, withScore, column, Tolerance);
    }

    /// <summary>A Cholesky factor that grows by a column at a time, and goes back.</summary>
    private sealed class Factor(int size)
    {
        private readonly double[] rows = new double[size * size];
        private readonly double[] solved = new double[size];
        private readonly int[] taken = new int[size];
        private int count;

        /// <summary>R² of the columns so far.</summary>
        public double Square { get; private set; }

        public (int Count, double Square) Mark() => (count, Square);

        public void Return((int Count, double Square) mark) => (count, Square) = mark;

        public void Add(double[,] between, double[] withScore, int column, double tolerance)
        {
            var row = rows.AsSpan(count * size, size);
            double left = between[column, column], own = withScore[column];
            for (var k = 0; k < count; k++)
            {
                var value = between[column, taken[k]];
                var other = rows.AsSpan(k * size, k + 1);
                for (var m = 0; m < k; m++) value -= row[m] * other[m];
                value /= other[k];
                row[k] = value;
                left -= value * value;
                own -= value * solved[k];
            }

            if (left < tolerance) return;
            row[count] = Math.Sqrt(left);
            solved[count] = own / row[count];
            taken[count] = column;
            Square += solved[count] * solved[count];
            count++;
        }
    }
}
