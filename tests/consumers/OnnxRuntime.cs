// Stands in for the package Microsoft.ML.OnnxRuntime, which is on no registry that Linux distributions have: the
// members that resources/export/example.cs uses, with the package's signatures. A session gives back what
// ONNX Runtime gave for the same photos (recorded.txt) and writes down what it was handed (input-N.bin).

using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime.Tensors
{
    public class Tensor<T>
    {
        public T[] Values;
    }

    public class DenseTensor<T> : Tensor<T>
    {
        // Memory<T> and ReadOnlySpan<int> in the package; arrays turn into either by themselves.
        public DenseTensor(T[] memory, int[] dimensions, bool reverseStride = false)
        {
            if (dimensions.Aggregate(1, (one, other) => one * other) != memory.Length) throw new ArgumentException("shape");
            Values = memory;
        }
    }
}

namespace Microsoft.ML.OnnxRuntime
{
    public interface IDisposableReadOnlyCollection<T> : IReadOnlyCollection<T>, IReadOnlyList<T>, IDisposable { }

    public class NamedOnnxValue
    {
        public string Name { get; set; }
        public object Value { get; set; }
        public static NamedOnnxValue CreateFromTensor<T>(string name, Tensor<T> value)
        {
            return new NamedOnnxValue { Name = name, Value = value.Values };
        }
        public IEnumerable<T> AsEnumerable<T>() { return (T[])Value; }
    }

    public class DisposableNamedOnnxValue : NamedOnnxValue, IDisposable
    {
        public void Dispose() { }
    }

    public class ModelMetadata
    {
        public Dictionary<string, string> CustomMetadataMap { get; set; }
    }

    public class InferenceSession : IDisposable
    {
        readonly Queue<string> lines;
        int runs;

        public InferenceSession(string modelPath)
        {
            lines = new Queue<string>(File.ReadAllLines("recorded.txt"));
            var facts = new Dictionary<string, string>();
            for (string line; (line = lines.Dequeue()) != "";) facts[line.Split('\t')[0]] = line.Split('\t')[1];
            ModelMetadata = new ModelMetadata { CustomMetadataMap = facts };
        }

        public ModelMetadata ModelMetadata { get; private set; }

        public IDisposableReadOnlyCollection<DisposableNamedOnnxValue> Run(IReadOnlyCollection<NamedOnnxValue> inputs)
        {
            using (var file = new BinaryWriter(File.Create("input-" + runs++ + ".bin")))
                foreach (var value in (float[])inputs.Single(input => input.Name == "input").Value) file.Write(value);
            var found = new Collection();
            foreach (var name in new[] { "pred_score", "raw_score", "pred_label", "pred_mask" })
            {
                var words = lines.Dequeue().Split(' ');
                object value = name.EndsWith("score")
                    ? (object)words.Select(word => float.Parse(word, CultureInfo.InvariantCulture)).ToArray()
                    : words.Select(word => word == "1").ToArray();
                found.Add(new DisposableNamedOnnxValue { Name = name, Value = value });
            }
            return found;
        }

        public void Dispose() { }

        class Collection : List<DisposableNamedOnnxValue>, IDisposableReadOnlyCollection<DisposableNamedOnnxValue>
        {
            public void Dispose() { }
        }
    }
}
