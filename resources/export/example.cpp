// Run the exported model on photos: example MODEL.onnx PHOTO...
//
// Prints verdict, score and largest region of each photo, and writes the photo with its regions in red into the
// current folder. Resizing, normalisation, the area to look at and both limits are inside the graph; what is left to
// know stands in the metadata of the model. Needs ONNX Runtime 1.17 or newer and OpenCV 4:
//
//   g++ -std=c++17 -O2 example.cpp -o example -I ONNXRUNTIME/include -L ONNXRUNTIME/lib -I /usr/include/opencv4
//       -lonnxruntime -lopencv_imgcodecs -lopencv_imgproc -lopencv_core

#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>
#include <vector>

// What the model's metadata says; a key that is not there has its default.
struct Facts {
    const Ort::ModelMetadata metadata;

    std::string text(const char* key, const std::string& otherwise) const {
        Ort::AllocatorWithDefaultOptions allocator;
        const auto value = metadata.LookupCustomMetadataMapAllocated(key, allocator);
        return value ? value.get() : otherwise;
    }
    double number(const char* key, double otherwise) const {
        const std::string value = text(key, "");
        return value.empty() ? otherwise : std::stod(value);
    }
};

// 8-bit BGR, upright; deep values by the range that the model was trained with.
cv::Mat read(const std::string& path, const Facts& facts) {
    const cv::Mat stored = cv::imread(path, cv::IMREAD_UNCHANGED);
    if (stored.empty()) throw std::runtime_error(path + ": this is no photo that can be read");
    if (stored.channels() == 4) {
        cv::Mat alpha;
        double least = 0, most = 0;
        cv::extractChannel(stored, alpha, 3);
        cv::minMaxLoc(alpha, &least, &most);
        if (least < most) throw std::runtime_error(path + ": lay the transparent parts over black first");
    }
    cv::Mat photo = cv::imread(path, cv::IMREAD_COLOR | cv::IMREAD_ANYDEPTH);  // turned as EXIF says
    if (photo.depth() == CV_8U) return photo;
    if (photo.depth() != CV_16U && photo.depth() != CV_32F)
        throw std::runtime_error(path + ": only 8 or 16 bits or 32-bit floating point can be read");
    const double low = facts.number("value_low", 0);
    const double high = facts.number("value_high", photo.depth() == CV_32F ? 1 : 65535);
    const double scale = 255 / (high - low);
    if (photo.depth() == CV_32F) cv::patchNaNs(photo, 0);
    photo.convertTo(photo, CV_8U, scale, -low * scale);
    return photo;
}

// The part of the mask that shows the photo: all of it, or without the border that keeps proportions.
cv::Rect covered(cv::Size photo, cv::Size mask, const std::string& fit) {
    if (fit == "stretch") return {{0, 0}, mask};
    const double scale = std::min(double(mask.height) / photo.height, double(mask.width) / photo.width);
    const auto side = [scale](int length, int most) { return std::clamp(int(length * scale + 0.5), 1, most); };
    const cv::Size size(side(photo.width, mask.width), side(photo.height, mask.height));
    return {{(mask.width - size.width) / 2, (mask.height - size.height) / 2}, size};
}

// By the score, by the regions of at least the least area, or by both, as the model says.
const char* verdict(bool over, double score, double area, const Facts& facts) {
    const std::string by = facts.text("verdict_by", "score");
    const bool large = area > 0 && area >= facts.number("min_area", 0);
    if (by == "score" ? over : by == "region" ? large : over && large) return "NG";
    return score >= facts.number("review_threshold", std::numeric_limits<double>::infinity()) ? "REVIEW" : "OK";
}

void inspect(Ort::Session& session, const Facts& facts, const std::string& path) {
    const cv::Mat photo = read(path, facts);
    const size_t pixels = photo.total();
    std::vector<float> values(3 * pixels);
    std::vector<cv::Mat> planes;  // blue, green, red: the last first, as the graph wants them
    for (int channel = 2; channel >= 0; --channel)
        planes.emplace_back(photo.size(), CV_32F, values.data() + channel * pixels);
    cv::Mat real;
    photo.convertTo(real, CV_32F, 1 / 255.0);
    cv::split(real, planes);

    const std::vector<int64_t> shape{1, 3, photo.rows, photo.cols};
    const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
    const auto input = Ort::Value::CreateTensor<float>(memory, values.data(), values.size(), shape.data(), shape.size());
    const char* inputs[] = {"input"};
    const char* outputs[] = {"raw_score", "pred_score", "pred_label", "pred_mask"};
    const auto found = session.Run(Ort::RunOptions{}, inputs, &input, 1, outputs, 4);
    const float score = *found[0].GetTensorData<float>();
    const float unit = *found[1].GetTensorData<float>();
    const bool over = *found[2].GetTensorData<bool>();
    const auto frame = found[3].GetTensorTypeAndShapeInfo().GetShape();  // 1, 1, height, width
    const cv::Size size(static_cast<int>(frame[3]), static_cast<int>(frame[2]));
    const cv::Mat whole(size, CV_8U, const_cast<bool*>(found[3].GetTensorData<bool>()));
    const cv::Mat mask = whole(covered(photo.size(), size, facts.text("frame_fit", "stretch")));

    cv::Mat labels, stats, centres;
    const int count = cv::connectedComponentsWithStats(mask, labels, stats, centres, 8);
    int largest = 0;  // the background
    for (int label = 1; label < count; ++label)
        if (!largest || stats.at<int>(label, cv::CC_STAT_AREA) > stats.at<int>(largest, cv::CC_STAT_AREA))
            largest = label;
    const double across = double(photo.cols) / mask.cols, down = double(photo.rows) / mask.rows;
    const auto stat = [&](int which) { return largest ? stats.at<int>(largest, which) : 0; };
    const double area = stat(cv::CC_STAT_AREA) * across * down;
    std::printf("%s: %s, score %.7g (normalised %.5f), largest region %.1f pixels at %d, %d\n", path.c_str(),
                verdict(over, score, area, facts), score, unit, area, int(stat(cv::CC_STAT_LEFT) * across),
                int(stat(cv::CC_STAT_TOP) * down));

    cv::Mat enlarged;
    cv::resize(mask, enlarged, photo.size(), 0, 0, cv::INTER_NEAREST);
    cv::Mat overlay = photo.clone();
    cv::Mat(photo / 2 + cv::Scalar(0, 0, 127)).copyTo(overlay, enlarged);
    cv::imwrite(std::filesystem::path(path).filename().string() + ".overlay.png", overlay);
}

int main(int count, char** arguments) try {
    if (count < 3) throw std::runtime_error("usage: example MODEL.onnx PHOTO...");
    Ort::Env environment(ORT_LOGGING_LEVEL_WARNING, "example");
    Ort::Session session(environment, std::filesystem::path(arguments[1]).c_str(), Ort::SessionOptions{});
    const Facts facts{session.GetModelMetadata()};
    for (int index = 2; index < count; ++index) inspect(session, facts, arguments[index]);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
