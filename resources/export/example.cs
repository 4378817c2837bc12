// Run the exported model on photos: Example MODEL.onnx PHOTO...
//
// Prints verdict, score and largest region of each photo, and writes the photo with its regions in red into the
// current folder. Resizing, normalisation, the area to look at and both limits are inside the graph; what is left to
// know stands in the metadata of the model. Needs the packages Microsoft.ML.OnnxRuntime and System.Drawing.Common
// (Windows); photos of 8 bits a channel. Deeper ones: as example.cpp does it, with the camera's own library.

using System;
using System.Collections.Generic;
using System.Drawing;
using System.Drawing.Imaging;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

static class Example
{
    static int Main(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // the metadata's numbers have a point
        if (arguments.Length < 2)
        {
            Console.Error.WriteLine("usage: Example MODEL.onnx PHOTO...");
            return 1;
        }
        using (var session = new InferenceSession(arguments[0]))
            foreach (var path in arguments.Skip(1))
                Inspect(session, path);
        return 0;
    }

    static void Inspect(InferenceSession session, string path)
    {
        var facts = session.ModelMetadata.CustomMetadataMap;
        using (var photo = Read(path, facts))
        {
            int width = photo.Width, height = photo.Height, pixels = width * height;
            var colours = Colours(photo);
            var values = new float[3 * pixels];
            for (int index = 0; index < pixels; index++)
                for (int channel = 0; channel < 3; channel++) // stored as blue, green, red, alpha
                    values[channel * pixels + index] = colours[4 * index + 2 - channel] / 255f;
            var tensor = new DenseTensor<float>(values, new[] { 1, 3, height, width });
            float score, unit;
            bool over;
            bool[] mask;
            using (var outputs = session.Run(new[] { NamedOnnxValue.CreateFromTensor("input", tensor) }))
            {
                var found = outputs.ToDictionary(output => output.Name);
                score = found["raw_score"].AsEnumerable<float>().First();
                unit = found["pred_score"].AsEnumerable<float>().First();
                over = found["pred_label"].AsEnumerable<bool>().First();
                mask = found["pred_mask"].AsEnumerable<bool>().ToArray();
            }
            var frame = facts["frame_size"].Trim('[', ']').Split(',').Select(int.Parse).ToArray(); // height, width
            var part = Covered(photo.Size, new Size(frame[1], frame[0]), facts["frame_fit"]);
            var region = LargestRegion(mask, frame[1], part);
            double across = (double)width / part.Width, down = (double)height / part.Height;
            double area = region.Count * across * down;
            int x = region.Count == 0 ? 0 : (int)((region.Min(place => place.X) - part.X) * across);
            int y = region.Count == 0 ? 0 : (int)((region.Min(place => place.Y) - part.Y) * down);
            Console.WriteLine(
                $"{path}: {Verdict(over, score, area, facts)}, score {score:G7} (normalised {unit:F5}), "
                + $"largest region {area:F1} pixels at {x}, {y}");

            for (int index = 0; index < pixels; index++)
            {
                int row = index / width * part.Height / height, column = index % width * part.Width / width;
                if (!mask[(part.Y + row) * frame[1] + part.X + column]) continue;
                for (int channel = 0; channel < 3; channel++)
                    colours[4 * index + channel] = (byte)(colours[4 * index + channel] / 2 + (channel == 2 ? 127 : 0));
            }
            Write(photo, colours, Path.GetFileName(path) + ".overlay.png");
        }
    }

    // Upright, as EXIF says, with transparent parts over black.
    static Bitmap Read(string path, IDictionary<string, string> facts)
    {
        using (var stored = new Bitmap(path))
        {
            if (facts.ContainsKey("value_low") || Image.GetPixelFormatSize(stored.PixelFormat) > 32)
                throw new NotSupportedException(path + ": this example reads photos of 8 bits a channel only");
            const int orientation = 0x0112;
            if (stored.PropertyIdList.Contains(orientation))
            {
                var turns = new[]
                {
                    RotateFlipType.RotateNoneFlipNone, RotateFlipType.RotateNoneFlipX, RotateFlipType.Rotate180FlipNone,
                    RotateFlipType.RotateNoneFlipY, RotateFlipType.Rotate90FlipX, RotateFlipType.Rotate90FlipNone,
                    RotateFlipType.Rotate270FlipX, RotateFlipType.Rotate270FlipNone,
                };
                var bytes = stored.GetPropertyItem(orientation).Value;
                int turn = bytes[0] + bytes[1]; // one of them is 0, whichever comes first in the file
                if (turn >= 1 && turn <= turns.Length) stored.RotateFlip(turns[turn - 1]);
            }
            var photo = new Bitmap(stored.Width, stored.Height, PixelFormat.Format32bppArgb);
            var colours = Colours(stored);
            bool filled = Enumerable.Range(0, colours.Length / 4).Any(index => colours[4 * index + 3] != 0);
            for (int index = 0; index < colours.Length; index += 4)
            {
                int alpha = filled ? colours[index + 3] : 255; // empty everywhere: not filled in by the camera
                for (int channel = 0; channel < 3; channel++)
                    colours[index + channel] = (byte)((colours[index + channel] * alpha + 127) / 255);
                colours[index + 3] = 255;
            }
            Copy(photo, colours, ImageLockMode.WriteOnly);
            return photo;
        }
    }

    static byte[] Colours(Bitmap photo)
    {
        var colours = new byte[4 * photo.Width * photo.Height];
        Copy(photo, colours, ImageLockMode.ReadOnly);
        return colours;
    }

    static void Write(Bitmap photo, byte[] colours, string path)
    {
        Copy(photo, colours, ImageLockMode.WriteOnly);
        photo.Save(path, ImageFormat.Png);
    }

    // Rows of 32-bit pixels have no gaps.
    static void Copy(Bitmap photo, byte[] colours, ImageLockMode mode)
    {
        var data = photo.LockBits(new Rectangle(Point.Empty, photo.Size), mode, PixelFormat.Format32bppArgb);
        if (mode == ImageLockMode.ReadOnly) Marshal.Copy(data.Scan0, colours, 0, colours.Length);
        else Marshal.Copy(colours, 0, data.Scan0, colours.Length);
        photo.UnlockBits(data);
    }

    // The part of the mask that shows the photo: all of it, or without the border that keeps proportions.
    static Rectangle Covered(Size photo, Size mask, string fit)
    {
        if (fit == "stretch") return new Rectangle(Point.Empty, mask);
        double scale = Math.Min((double)mask.Height / photo.Height, (double)mask.Width / photo.Width);
        int height = Math.Min(mask.Height, Math.Max(1, (int)(photo.Height * scale + 0.5)));
        int width = Math.Min(mask.Width, Math.Max(1, (int)(photo.Width * scale + 0.5)));
        return new Rectangle((mask.Width - width) / 2, (mask.Height - height) / 2, width, height);
    }

    // The pixels of the largest region within `part`; pixels that touch at corners belong together.
    static List<Point> LargestRegion(bool[] mask, int stride, Rectangle part)
    {
        var largest = new List<Point>();
        var seen = new bool[mask.Length];
        for (int y = part.Top; y < part.Bottom; y++)
            for (int x = part.Left; x < part.Right; x++)
            {
                var region = new List<Point>();
                var around = new Queue<Point>(new[] { new Point(x, y) });
                while (around.Count > 0)
                {
                    var place = around.Dequeue();
                    int index = place.Y * stride + place.X;
                    if (!part.Contains(place) || !mask[index] || seen[index]) continue;
                    seen[index] = true;
                    region.Add(place);
                    for (int step = 0; step < 9; step++)
                        around.Enqueue(new Point(place.X + step % 3 - 1, place.Y + step / 3 - 1));
                }
                if (region.Count > largest.Count) largest = region;
            }
        return largest;
    }

    // By the score, by the regions of at least the least area, or by both, as the model says.
    static string Verdict(bool over, double score, double area, IDictionary<string, string> facts)
    {
        bool large = area > 0 && area >= Number(facts, "min_area", 0);
        string by;
        facts.TryGetValue("verdict_by", out by);
        bool rejected = by == "region" ? large : by == "both" ? over && large : over;
        double review = Number(facts, "review_threshold", double.PositiveInfinity);
        return rejected ? "NG" : score >= review ? "REVIEW" : "OK";
    }

    static double Number(IDictionary<string, string> facts, string key, double otherwise)
    {
        string value;
        return facts.TryGetValue(key, out value) ? double.Parse(value, CultureInfo.InvariantCulture) : otherwise;
    }
}
