package emulator

import (
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// version is a version of an endpoint.
type version struct {
	date string // of the media type application/vnd.atlas.<date>+json

	// deprecated and sunset are the dates in the headers Deprecation and Sunset, zero in a
	// version without these. From sunset on Atlas refuses the version.
	deprecated, sunset time.Time
}

// deprecatedIn2024 returns a version with the dates that were recorded for the deprecated
// versions of clusters and backup schedules.
func deprecatedIn2024(date string) version {
	return version{
		date:       date,
		deprecated: time.Date(2024, time.August, 5, 0, 0, 0, 0, time.UTC),
		sunset:     time.Date(2027, time.July, 1, 0, 0, 0, 0, time.UTC),
	}
}

// setDeprecation sets the headers of a deprecated version. Their days have one digit if
// possible, unlike other dates of HTTP: recorded.
func (v version) setDeprecation(header http.Header) {
	const layout = "Mon, 2 Jan 2006 15:04:05 GMT"
	if !v.deprecated.IsZero() {
		header.Set("Deprecation", v.deprecated.Format(layout))
		header.Set("Sunset", v.sunset.Format(layout))
	}
}

var versionedMediaType = regexp.MustCompile(`^application/vnd\.atlas\.([^+]*)\+json$`)

// negotiate returns the newest of versions that is not newer than the date in accept, an
// Accept of the form application/vnd.atlas.<date>+json. The first such media type in it
// decides. Without one, or if the date is invalid or before the first version, it fails with
// INVALID_VERSION_DATE, and after the sunset of the version with VERSION_GONE.
//
// That any date after the newest version is accepted is unverified.
func negotiate(versions []version, accept, path string) (version, *failure) {
	chosen, found := version{}, false
	date, ok := versionDate(accept)
	for _, v := range versions {
		if ok && v.date <= date {
			chosen, found = v, true
		}
	}
	switch {
	case !found:
		return version{}, invalidVersionDate()
	case !chosen.sunset.IsZero() && !time.Now().Before(chosen.sunset):
		return version{}, versionGone(chosen.date, path)
	}
	return chosen, nil
}

// versionDate returns the date of the first versioned media type, and whether it is a date.
func versionDate(accept string) (string, bool) {
	for mediaType := range strings.SplitSeq(accept, ",") {
		mediaType, _, _ = strings.Cut(mediaType, ";")
		if match := versionedMediaType.FindStringSubmatch(strings.TrimSpace(mediaType)); match != nil {
			_, err := time.Parse(time.DateOnly, match[1])
			return match[1], err == nil
		}
	}
	return "", false
}

// checkContentType accepts application/json, as Atlas' own samples send it, and a versioned
// media type of any date. That Atlas refuses others is unverified.
func checkContentType(contentType string) *failure {
	mediaType, _, _ := mime.ParseMediaType(contentType) // "" if it cannot be parsed
	if _, ok := versionDate(mediaType); ok || mediaType == "application/json" {
		return nil
	}
	return unsupportedMediaType(contentType)
}

// invalidVersionDate is the answer to a wrong or missing Accept, as users reported it.
func invalidVersionDate() *failure {
	return newFailure(http.StatusNotAcceptable, "INVALID_VERSION_DATE", "Invalid accept header or version date.")
}

// versionGone has the sentence that users reported. Its parameters are unverified.
func versionGone(date, path string) *failure {
	path = strings.TrimPrefix(path, "/")
	return newFailure(http.StatusGone, "VERSION_GONE", fmt.Sprintf("Version %s of %s is no longer available.", date, path), date, path)
}

// unsupportedMediaType: code and sentence are unverified.
func unsupportedMediaType(mediaType string) *failure {
	return newFailure(http.StatusUnsupportedMediaType, "INVALID_MEDIA_TYPE",
		fmt.Sprintf("Media type %q is neither application/json nor application/vnd.atlas.<date>+json.", mediaType), mediaType)
}
