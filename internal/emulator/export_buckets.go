package emulator

import (
	"slices"
	"time"
)

// The values of cloudProvider.
const (
	aws   = "AWS"
	azure = "AZURE"
	gcp   = "GCP"
)

// ExportBucket is an export bucket in the API's shape. Which fields are set
// depends on CloudProvider: IAMRoleID, Region and RequirePrivateNetworking
// on AWS, RoleID, ServiceURL and TenantID on AZURE, RoleID on GCP.
type ExportBucket struct {
	ID                       string `json:"_id"`
	BucketName               string `json:"bucketName"`
	CloudProvider            string `json:"cloudProvider"`
	IAMRoleID                string `json:"iamRoleId,omitempty"`
	RoleID                   string `json:"roleId,omitempty"`
	ServiceURL               string `json:"serviceUrl,omitempty"` // as it was sent
	TenantID                 string `json:"tenantId,omitempty"`
	Region                   string `json:"region,omitempty"` // "" until Atlas has set it, and on old buckets for ever
	RequirePrivateNetworking bool   `json:"requirePrivateNetworking,omitempty"`
}

// storedBucket is an export bucket, and when its region begins to show.
type storedBucket struct {
	Bucket     ExportBucket `json:"bucket"`
	RegionFrom time.Time    `json:"regionFrom,omitzero"`
}

// show returns what Atlas shows of the bucket.
func (s storedBucket) show() ExportBucket {
	b := s.Bucket
	if time.Now().Before(s.RegionFrom) {
		b.Region = ""
	}
	return b
}

// exportBucketAnswer is a bucket in an answer, where AWS always has
// requirePrivateNetworking and the others never have.
type exportBucketAnswer struct {
	ExportBucket
	RequirePrivateNetworking *bool `json:"requirePrivateNetworking,omitempty"`
}

func answerWith(b ExportBucket) exportBucketAnswer {
	answer := exportBucketAnswer{ExportBucket: b}
	if b.CloudProvider == aws {
		answer.RequirePrivateNetworking = &b.RequirePrivateNetworking
	}
	return answer
}

// ExportBuckets returns what Atlas holds now, oldest first, as a list over the
// API shows it. It is empty for a project that is not there.
func (a *Atlas) ExportBuckets(projectID string) []ExportBucket {
	a.mu.Lock()
	defer a.mu.Unlock()
	var buckets []ExportBucket
	if p := a.projects[projectID]; p != nil {
		for _, stored := range p.ExportBuckets {
			buckets = append(buckets, stored.show())
		}
	}
	return buckets
}

// PutExportBucket adds b as it is behind the API's back, as the newest, gives it
// an id when it has none, and returns it. It makes a project that is not there.
func (a *Atlas) PutExportBucket(projectID string, b ExportBucket) ExportBucket {
	if b.ID == "" {
		b.ID = a.ids.next(time.Now())
	}
	a.change(func() {
		p := a.ensureProject(projectID)
		p.ExportBuckets = append(p.ExportBuckets, storedBucket{Bucket: b})
	})
	return b
}

// RemoveExportBucket removes a bucket behind the API's back, in use or not. It
// does nothing when there is no such bucket.
func (a *Atlas) RemoveExportBucket(projectID, id string) {
	a.change(func() {
		if p := a.projects[projectID]; p != nil {
			p.removeExportBucket(id)
		}
	})
}

func (p *project) removeExportBucket(id string) {
	p.ExportBuckets = slices.DeleteFunc(p.ExportBuckets, func(s storedBucket) bool { return s.Bucket.ID == id })
}

// exportBucket returns the stored bucket, or EXPORT_BUCKET_NOT_FOUND. The
// deprecated version does not find the buckets of other clouds: unverified.
func (p *project) exportBucket(id, version string) (*storedBucket, *failure) {
	for i := range p.ExportBuckets {
		if s := &p.ExportBuckets[i]; s.Bucket.ID == id && inVersion(s.Bucket, version) {
			return s, nil
		}
	}
	return nil, exportBucketNotFound(id)
}

func inVersion(b ExportBucket, version string) bool {
	return version != awsOnlyVersion || b.CloudProvider == aws
}

// createExportBucket answers 200 with neither region nor links: recorded on
// 2026-08-10. A bucket that there is already is made once more, as recorded too.
func (a *Atlas) createExportBucket(c *call) (any, *failure) {
	b, f := decodeExportBucket(c.body, c.version)
	if f != nil {
		return nil, f
	}
	now := time.Now()
	b.ID = a.ids.next(now)
	answer := answerWith(b)

	stored := storedBucket{Bucket: b}
	if b.CloudProvider == aws {
		stored.Bucket.Region = "us-east-1"
		stored.RegionFrom = now.Add(a.regionDelay)
	}
	c.project.ExportBuckets = append(c.project.ExportBuckets, stored)
	return answer, nil
}

func (a *Atlas) listExportBuckets(c *call) (any, *failure) {
	var answers []exportBucketAnswer
	for _, stored := range c.project.ExportBuckets {
		if inVersion(stored.Bucket, c.version) {
			answers = append(answers, answerWith(stored.show()))
		}
	}
	return paginate(c.url, answers)
}

func (a *Atlas) getExportBucket(c *call) (any, *failure) {
	stored, f := c.project.exportBucket(c.pathValues["id"], c.version)
	if f != nil {
		return nil, f
	}
	return answerWith(stored.show()), nil
}

// updateExportBucket changes requirePrivateNetworking, the one thing that can
// be changed, on AWS only. The code of the refusal elsewhere, and that the
// attribute must be there, is unverified.
func (a *Atlas) updateExportBucket(c *call) (any, *failure) {
	stored, f := c.project.exportBucket(c.pathValues["id"], c.version)
	if f != nil {
		return nil, f
	}
	in, f := decodeAttributes(c.body)
	if f != nil {
		return nil, f
	}
	if f := in.allow("requirePrivateNetworking"); f != nil {
		return nil, f
	}
	if f := in.require("requirePrivateNetworking"); f != nil {
		return nil, f
	}
	if stored.Bucket.CloudProvider != aws {
		return nil, invalidAttribute("requirePrivateNetworking")
	}
	var required bool
	if f := in.decode("requirePrivateNetworking", &required); f != nil {
		return nil, f
	}
	stored.Bucket.RequirePrivateNetworking = required
	return answerWith(stored.show()), nil
}

// deleteExportBucket refuses while a cluster of the project auto-exports to the
// bucket. Its only version is the date of the deprecated one elsewhere, yet it
// deletes the buckets of every cloud.
func (a *Atlas) deleteExportBucket(c *call) (any, *failure) {
	id := c.pathValues["id"]
	if !slices.ContainsFunc(c.project.ExportBuckets, func(s storedBucket) bool { return s.Bucket.ID == id }) {
		return nil, exportBucketNotFound(id)
	}
	if slices.ContainsFunc(c.project.Clusters, func(cl cluster) bool { return cl.Schedule.autoExport() == id }) {
		return nil, exportBucketInUse(id)
	}
	c.project.removeExportBucket(id)
	return nil, nil
}
