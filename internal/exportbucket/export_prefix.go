package exportbucket

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
)

const (
	// prefixRoot is the first element of every prefix (recorded).
	prefixRoot = "exported_snapshots"

	// snapshotTime is how a prefix spells the time of the snapshot, in UTC (recorded).
	snapshotTime = "2006-01-02T1504"

	// oldSnapshotTime is the same in prefixes of 2021 (recorded).
	oldSnapshotTime = "2006-01-02T1504-0700"
)

// exportPrefix is where in a bucket the files of one export are.
type exportPrefix struct {
	org, project, cluster string    // org and project are ids, or names with _ for each space
	snapshot              time.Time // when it was created, to the minute
	job                   time.Time // when it was created, to the second
}

// errExportPrefix is what to write for a prefix.
var errExportPrefix = errors.New("write the prefix of one export, as Atlas shows it: " +
	prefixRoot + "/<organization>/<project>/<cluster>/<time of the snapshot, such as 2026-08-10T0327>/<seconds, such as 1786333666>")

// seconds are those since 1970, without a leading zero, before the year 10000.
var seconds = regexp.MustCompile(`^[1-9][0-9]{0,11}$`)

// parseExportPrefix takes a prefix apart, with or without a slash at either end.
func parseExportPrefix(prefix string) (p exportPrefix, err error) {
	parts := strings.Split(strings.TrimSuffix(strings.TrimPrefix(prefix, "/"), "/"), "/")
	if len(parts) != 6 || parts[0] != prefixRoot || !seconds.MatchString(parts[5]) {
		return p, errExportPrefix
	}
	p = exportPrefix{org: parts[1], project: parts[2], cluster: parts[3]}
	if checkPathName(p.org) != nil || checkPathName(p.project) != nil || argument.IsClusterName(p.cluster) != nil {
		return p, errExportPrefix
	}
	if p.snapshot, err = time.Parse(snapshotTime, parts[4]); err != nil {
		if p.snapshot, err = time.Parse(oldSnapshotTime, parts[4]); err != nil {
			return p, errExportPrefix
		}
	}
	unix, err := strconv.ParseInt(parts[5], 10, 64)
	if err != nil {
		return p, errExportPrefix
	}
	p.snapshot, p.job = p.snapshot.UTC(), time.Unix(unix, 0).UTC()
	if checkTime(p.snapshot) != nil || checkTime(p.job) != nil {
		return p, errExportPrefix
	}
	return p, nil
}

// pathName is the form of an organization or a project in a prefix.
var pathName = regexp.MustCompile(`^[^/\s\p{C}]+$`)

// checkPathName checks an element of a prefix that is an id or a name. It may be part of a URL, which
// "." and ".." would change, or of an IAM policy, in which "*" alone would mean every organization.
func checkPathName(name string) error {
	if !pathName.MatchString(name) || name == "." || name == ".." || name == all {
		return errors.New("write the id, or the name if the backup schedule uses names: without a slash or a control character")
	}
	return nil
}

// parseTime returns a time in RFC 3339, in UTC.
func parseTime(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, errors.New(`write a time in RFC 3339, such as "2026-08-10T03:27:46Z"`)
	}
	return t.UTC(), checkTime(t.UTC())
}

// checkTime refuses a time that a prefix cannot spell.
func checkTime(t time.Time) error {
	if t.Unix() < 1 || t.Year() > 9999 {
		return errors.New("write a time between the years 1970 and 9999")
	}
	return nil
}
