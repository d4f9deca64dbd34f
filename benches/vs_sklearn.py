#!/usr/bin/env python3
"""Our logistic regression beside scikit-learn's, on the same matrix and objective.

In: matrices written by `demarche train DATA --export-matrix FILE.svm --head NAME`, or, without any, generated ones
(seeded, sparse, 10^4 to 10^6 rows). Out: a Markdown table: seconds of the fit alone and peak memory of the process.

What is compared. The objective is

    sum over rows of weight x multinomial log loss + alpha / 2 x ||W||^2, intercepts not penalised,

which is that of `demarche train` (alpha is `l2`) and of LogisticRegression(solver="lbfgs") with C = 1 / alpha. Each
solver runs with several tolerances (scikit-learn's from the loosest on, until it is near enough); of each the fastest run
counts whose objective is at most 1.001 of the least that any run reached. liblinear (in OneVsRestClassifier) minimises something else: one binary loss a class, with penalised
intercepts. It stands below for its time, with no objective.

Every solver runs in a process of its own, which reads the matrix first; reading is in the memory and not in the time.
Ours runs through benches/fit.rs, the same code as `demarche train`, with one thread and with all. scikit-learn runs as it
comes: its lbfgs has one thread for products with sparse matrices.

    python3 -m venv venv && venv/bin/pip install scikit-learn numpy scipy
    cargo build --release --bench fit
    venv/bin/python benches/vs_sklearn.py stance.svm
    venv/bin/python benches/vs_sklearn.py --rows 10000,100000,1000000
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings

try:
    import numpy as np
    import sklearn
    from sklearn.datasets import load_svmlight_file
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
except ImportError as problem:
    sys.exit(
        f"vs_sklearn.py: {problem.name} is missing; make a virtual environment with it:\n"
        "  python3 -m venv venv && venv/bin/pip install scikit-learn numpy scipy\n"
        "and run venv/bin/python benches/vs_sklearn.py"
    )

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Largest component of the gradient of the mean loss: both sides mean the same by it.
TOLERANCES = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5]
# How near to the least objective a run must come.
NEAR = 1e-3
MOST_ITERATIONS = 5000


def read(path):
    """The matrix, labels and weights."""
    matrix, labels = load_svmlight_file(path, dtype=np.float64)
    # liblinear takes indices of 32 bits alone.
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    labels = labels.astype(int)
    weights = np.ones(len(labels))
    if os.path.exists(path + ".weights"):
        weights = np.loadtxt(path + ".weights", dtype=np.float32, ndmin=1).astype(np.float64)
    return matrix, labels, weights


def alpha_of(path):
    """The penalty that the file's head comment names; 1 where there is none."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                break
            words = line.split()
            if "l2" in words:
                return float(words[words.index("l2") + 1])
    return 1.0


def objective(matrix, labels, weights, alpha, coefficients, intercepts):
    """What both sides minimise, in the same arithmetic for both."""
    decisions = matrix @ coefficients.T + intercepts
    largest = decisions.max(axis=1)
    losses = np.log(np.exp(decisions - largest[:, None]).sum(axis=1)) + largest
    losses -= decisions[np.arange(len(labels)), labels]
    return float(weights @ losses + alpha / 2 * (coefficients**2).sum())


def sklearn_child(solver, path, alpha, tolerances, target):
    """Fits in this process and prints a JSON line for each tolerance, up to the first that reaches the target."""
    matrix, labels, weights = read(path)
    warnings.simplefilter("ignore")
    for tolerance in tolerances:
        estimator = LogisticRegression(solver=solver, C=1 / alpha, tol=tolerance, max_iter=MOST_ITERATIONS)
        result = {"tolerance": tolerance}
        if solver == "liblinear":
            estimator = OneVsRestClassifier(estimator)
            start = time.perf_counter()
            # OneVsRestClassifier takes no weights; where rows have some, time alone is told.
            estimator.fit(matrix, labels)
            result["seconds"] = time.perf_counter() - start
        else:
            start = time.perf_counter()
            estimator.fit(matrix, labels, sample_weight=weights)
            result["seconds"] = time.perf_counter() - start
            # With two classes scikit-learn gives one row of coefficients.
            coefficients, intercepts = estimator.coef_, estimator.intercept_
            if len(coefficients) == 1:
                coefficients = np.vstack([-coefficients / 2, coefficients / 2])
                intercepts = np.concatenate([-intercepts / 2, intercepts / 2])
            places = np.searchsorted(estimator.classes_, labels)
            result["objective"] = objective(matrix, places, weights, alpha, coefficients, intercepts)
            result["iterations"] = int(estimator.n_iter_.max())
        print(json.dumps(result), flush=True)
        if result.get("objective", target) <= target:
            break


def child(command):
    """Runs a command; gives its JSON lines and its peak memory in MiB."""
    # The peak of children is that of the largest so far: each is asked for through a process between.
    code = (
        "import subprocess, resource, sys, json\n"
        "found = subprocess.run(sys.argv[1:], capture_output=True, text=True)\n"
        "peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss\n"
        "print(json.dumps([found.returncode, found.stdout, found.stderr, peak]))\n"
    )
    told = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True)
    status, out, errors, peak = json.loads(told.stdout)
    if status != 0:
        sys.exit(f"vs_sklearn.py: {' '.join(command)} failed:\n{errors}")
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")], peak / 1024


def fit_program(given):
    """The program of benches/fit.rs."""
    if given:
        return given
    folder = os.path.join(ROOT, "target", "release", "deps")
    found = []
    if os.path.isdir(folder):
        found = [os.path.join(folder, name) for name in os.listdir(folder) if name.startswith("fit-") and "." not in name]
    if not found:
        sys.exit("vs_sklearn.py: benches/fit.rs is not built; run `cargo build --release --bench fit`, or name it by --fit")
    return max(found, key=os.path.getmtime)


def generate(path, rows, columns, cells, seed):
    """A sparse matrix with three labels: columns as frequent as words are (Zipf), rows of unit length, labels drawn from a
    linear model with noise."""
    random = np.random.default_rng(seed)
    truth = random.normal(size=(columns, 3))
    value = 1 / np.sqrt(cells)
    words = [f" {column + 1}:{value:.6f}" for column in range(columns)]
    with open(path, "w", encoding="ascii") as file:
        file.write(f"# generated: {rows} rows, {columns} columns, {cells} draws a row, seed {seed}\n# l2 1\n")
        for start in range(0, rows, 10000):
            count = min(10000, rows - start)
            # Ranks whose chance falls as 1 / rank.
            drawn = np.exp(random.random((count, cells)) * np.log(columns)).astype(int) - 1
            drawn.sort(axis=1)
            scores = truth[drawn].sum(axis=1) * value + random.gumbel(size=(count, 3)) * 0.5
            for label, row in zip(scores.argmax(axis=1), drawn):
                file.write(str(label) + "".join(words[column] for column in dict.fromkeys(row.tolist())) + "\n")


def compare(path, name, options):
    """Runs every solver on one matrix; gives rows of the table."""
    alpha = options.alpha or alpha_of(path)
    tolerances = ",".join(f"{tolerance:g}" for tolerance in TOLERANCES)
    me = [sys.executable, os.path.abspath(__file__), "--child"]
    runs = {}
    ours = [fit_program(options.fit), path, "--alpha", str(alpha), "--tolerances", tolerances]
    runs["demarche, 1 thread"] = child([*ours, "--threads", "1"])
    runs["demarche, all threads"] = child(ours)
    target = str(min(run["objective"] for lines, _ in runs.values() for run in lines) * (1 + NEAR))
    runs["scikit-learn lbfgs"] = child([*me, "lbfgs", path, str(alpha), tolerances, target])
    if not options.no_liblinear:
        runs["scikit-learn liblinear, one vs rest"] = child([*me, "liblinear", path, str(alpha), "1e-4", target])
    shape = runs["demarche, all threads"][0][0]
    reached = [run["objective"] for lines, _ in runs.values() for run in lines if "objective" in run]
    least = min(reached)
    for solver, (lines, peak) in runs.items():
        near = [run for run in lines if "objective" not in run or run["objective"] <= least * (1 + NEAR)]
        if not near:
            yield [name, solver, "-", "not reached", "-", f"{peak:.0f}"]
            continue
        best = min(near, key=lambda run: run["seconds"])
        value = f"{best['objective']:.2f} ({best['objective'] / least - 1:+.1e})" if "objective" in best else "another"
        yield [name, solver, f"{best['seconds']:.2f}", value, str(best.get("iterations", "-")), f"{peak:.0f}"]
    label = f"{shape['rows']} rows, {shape['columns']} columns, {shape['cells']} cells, {shape['classes']} classes"
    print(f"{name}: {label}, alpha {alpha:g}", file=sys.stderr)


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "--child":
        solver, path, alpha, tolerances, target = sys.argv[2:7]
        sklearn_child(solver, path, float(alpha), [float(word) for word in tolerances.split(",")], float(target))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("matrices", nargs="*", metavar="FILE.svm", help="matrices that `--export-matrix` wrote")
    parser.add_argument("--rows", default="", help="sizes of generated matrices, such as 10000,100000,1000000")
    parser.add_argument("--columns", type=int, default=50000, help="their columns")
    parser.add_argument("--cells", type=int, default=30, help="draws of a column a row")
    parser.add_argument("--seed", type=int, default=1, help="seed of the generated matrices")
    parser.add_argument("--alpha", type=float, help="penalty; else what the file names, else 1")
    parser.add_argument("--fit", help="the program of benches/fit.rs; else the newest in target/release/deps")
    parser.add_argument("--no-liblinear", action="store_true", help="leave liblinear out")
    options = parser.parse_args()
    sizes = [int(size) for size in options.rows.split(",") if size]
    if not options.matrices and not sizes:
        sizes = [10_000, 100_000]
    for path in options.matrices:
        if not os.path.exists(path):
            parser.error(f"{path} does not exist")
        if path.endswith((".gz", ".zst")):
            parser.error(f"{path} is compressed; benches/fit.rs reads plain files")
    print(f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, {os.cpu_count()} processors\n")
    print("| matrix | solver | s | objective (above the least) | iterations | peak MiB |")
    print("|---|---|---:|---:|---:|---:|")
    for path in options.matrices:
        for row in compare(path, os.path.basename(path), options):
            print("| " + " | ".join(row) + " |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = os.path.join(folder, f"{size}.svm")
            generate(path, size, options.columns, options.cells, options.seed)
            for row in compare(path, f"generated, {size} rows", options):
                print("| " + " | ".join(row) + " |", flush=True)
            os.remove(path)


if __name__ == "__main__":
    main()
