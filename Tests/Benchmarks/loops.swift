// Loops over arrays, as a course writes them in cells. loops.py compiles this file with and without checks.

/// The milliseconds that a body takes.
func time(_ name: String, _ body: () -> Double) {
    let clock = ContinuousClock()
    let start = clock.now
    let result = body()
    print(name, (clock.now - start) / .milliseconds(1), result)
}

/// Random numbers from 0 to 1.
func numbers(_ count: Int) -> [Double] {
    var state: UInt64 = 42
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 53)
    }
}

func perceptron(_ x: [[Double]], _ labels: [Double], epochs: Int) -> [Double] {
    var w = [Double](repeating: 0, count: x[0].count)
    var b = 0.0
    for _ in 0..<epochs {
        for i in 0..<x.count {
            var sum = b
            for j in 0..<w.count { sum += w[j] * x[i][j] }
            let error = labels[i] - (sum > 0 ? 1 : 0)
            for j in 0..<w.count { w[j] += 0.1 * error * x[i][j] }
            b += 0.1 * error
        }
    }
    return w + [b]
}

func convolution(_ image: [[Double]], _ kernel: [[Double]]) -> [[Double]] {
    let (height, width) = (image.count - kernel.count + 1, image[0].count - kernel[0].count + 1)
    var result = [[Double]](repeating: [Double](repeating: 0, count: width), count: height)
    for y in 0..<height {
        for x in 0..<width {
            var sum = 0.0
            for i in 0..<kernel.count {
                for j in 0..<kernel[i].count { sum += image[y + i][x + j] * kernel[i][j] }
            }
            result[y][x] = sum
        }
    }
    return result
}

func sieve(_ limit: Int) -> Int {
    var isPrime = [Bool](repeating: true, count: limit + 1)
    var n = 2
    while n * n <= limit {
        if isPrime[n] {
            var multiple = n * n
            while multiple <= limit {
                isPrime[multiple] = false
                multiple += n
            }
        }
        n += 1
    }
    var count = 0
    for i in 2...limit where isPrime[i] { count += 1 }
    return count
}

func product(_ a: [Double], _ b: [Double], _ n: Int) -> [Double] {
    var c = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
        for k in 0..<n {
            for j in 0..<n { c[i * n + j] += a[i * n + k] * b[k * n + j] }
        }
    }
    return c
}

func kMeans(_ points: [[Double]], _ k: Int, rounds: Int) -> [[Double]] {
    var centers = Array(points[0..<k])
    for _ in 0..<rounds {
        var sums = [[Double]](repeating: [Double](repeating: 0, count: points[0].count), count: k)
        var counts = [Int](repeating: 0, count: k)
        for i in 0..<points.count {
            var (best, least) = (0, Double.infinity)
            for c in 0..<k {
                var distance = 0.0
                for d in 0..<points[i].count {
                    let difference = points[i][d] - centers[c][d]
                    distance += difference * difference
                }
                if distance < least { (best, least) = (c, distance) }
            }
            counts[best] += 1
            for d in 0..<points[i].count { sums[best][d] += points[i][d] }
        }
        for c in 0..<k where counts[c] > 0 { centers[c] = sums[c].map { $0 / Double(counts[c]) } }
    }
    return centers
}

let values = numbers(1 << 20)
func rows(_ count: Int, _ columns: Int) -> [[Double]] {
    (0..<count).map { i in (0..<columns).map { j in values[(i * columns + j) % values.count] } }
}

let samples = rows(2000, 64)
time("perceptron") { perceptron(samples, samples.map { $0[0] > $0[1] ? 1 : 0 }, epochs: 100)[0] }
let image = rows(1000, 1000)
time("convolution") { convolution(image, rows(5, 5))[10][10] }
time("sieve") { Double(sieve(20_000_000)) }
let a = numbers(400 * 400)
time("matrix product") { product(a, a, 400)[1234] }
time("k-means") { kMeans(rows(20_000, 8), 10, rounds: 20)[3][3] }
