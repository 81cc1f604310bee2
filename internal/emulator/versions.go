package emulator

import (
	"regexp"
	"strings"
	"time"
)

// awsOnlyVersion is the deprecated version of the export bucket endpoints: it
// knows AWS only.
const awsOnlyVersion = "2023-01-01"

var versionedMediaType = regexp.MustCompile(`^application/vnd\.atlas\.([^+]*)\+json$`)

// negotiate returns the newest of versions that is not newer than the date in
// header, an Accept or a Content-Type of the form
// application/vnd.atlas.<date>+json. The first such media type of an Accept
// counts. Without one the answer has the status notVersionedStatus; a date that
// is none, or is before the first version, is INVALID_VERSION_DATE.
//
// A date after the newest version is good, however far ahead: unverified.
func negotiate(versions []string, header string, notVersionedStatus int) (string, *failure) {
	date, ok := versionDate(header)
	if !ok {
		return "", notVersioned(notVersionedStatus, header)
	}
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return "", invalidVersionDate(date)
	}
	chosen := ""
	for _, version := range versions {
		if version <= date {
			chosen = version
		}
	}
	if chosen == "" {
		return "", invalidVersionDate(date)
	}
	return chosen, nil
}

func versionDate(header string) (string, bool) {
	for mediaType := range strings.SplitSeq(header, ",") {
		mediaType, _, _ = strings.Cut(mediaType, ";")
		if match := versionedMediaType.FindStringSubmatch(strings.TrimSpace(mediaType)); match != nil {
			return match[1], true
		}
	}
	return "", false
}
