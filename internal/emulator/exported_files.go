package emulator

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// maxExportedFiles is how many files the emulator writes into its exports directory in one run.
const maxExportedFiles = 100_000

// documentsPerCollection are spread over the replica sets of a cluster.
const documentsPerCollection = 6

// exportedFile is a file below the exports directory.
type exportedFile struct {
	path    []string // its parts; the first is the name of the bucket
	content []byte
}

// completeFile is the content of .complete. The form of the date, and what counts as a file, is
// unverified.
type completeFile struct {
	OrgID                  string       `json:"orgId"`
	OrgName                string       `json:"orgName"`
	GroupID                string       `json:"groupId"`
	GroupName              string       `json:"groupName"`
	ClusterUniqueID        string       `json:"clusterUniqueId"`
	ClusterName            string       `json:"clusterName"`
	SnapshotInitiationDate time.Time    `json:"snapshotInitiationDate"`
	TotalFiles             int          `json:"totalFiles"`
	Labels                 []string     `json:"labels"`
	CustomData             []CustomData `json:"customData"`
}

// collectionMetadata is the content of a metadata.json. The shape of an index and of uuid is
// unverified.
type collectionMetadata struct {
	CollectionName string         `json:"collectionName"`
	Indexes        []any          `json:"indexes"`
	Options        map[string]any `json:"options"`
	Type           string         `json:"type"`
	UUID           string         `json:"uuid"`
}

// makeExportsDir makes the exports directory, if there is to be one. It fails if no file can be
// written into it.
func (a *Atlas) makeExportsDir() error {
	if a.exportsDir == "" {
		return nil
	}
	if err := os.MkdirAll(a.exportsDir, 0o755); err != nil {
		return fmt.Errorf("make the exports directory: %w", err)
	}
	probe, err := os.CreateTemp(a.exportsDir, ".atlas-emulator-*")
	if err == nil {
		err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
	if err != nil {
		return fmt.Errorf("write into the exports directory: %w", err)
	}
	return nil
}

// writePermissionCheck writes what Atlas writes into a bucket when it is added and when an export
// starts. That the file is empty is unverified.
func (a *Atlas) writePermissionCheck(bucketName string) error {
	return a.writeFiles([]exportedFile{{path: []string{bucketName, "exported_snapshots", ".permissioncheck"}}})
}

// writeExport writes the files of a job that ends as its course says: all of them, those of half of
// the collections and no .complete if it does not succeed.
func (a *Atlas) writeExport(p *project, s storedExportJob) error {
	if a.exportsDir == "" {
		return nil
	}
	prefix := append([]string{s.BucketName}, strings.Split(s.Job.Prefix, "/")...)
	at := func(parts ...string) []string { return append(slices.Clip(prefix), parts...) }
	var files []exportedFile
	for number := range s.exportedCollections() {
		name := sampleName(number)
		for i, replicaSet := range s.ReplicaSets {
			content := sampleDocuments(number, i, len(s.ReplicaSets))
			files = append(files, exportedFile{at(sampleDatabase, name, replicaSet+".0.json.gz"), content})
		}
		metadata := collectionMetadata{
			CollectionName: name,
			Indexes: []any{map[string]any{
				"v": map[string]string{"$numberInt": "2"}, "key": map[string]any{"_id": map[string]string{"$numberInt": "1"}}, "name": "_id_",
			}},
			Options: map[string]any{},
			Type:    "collection",
			UUID:    sampleDigits(p.clusterID(s.ClusterName)+"/"+sampleDatabase+"/"+name, 32),
		}
		files = append(files, exportedFile{at(sampleDatabase, name, "metadata.json"), encodeFile(metadata)})
	}
	if s.Course.Outcome == "" || s.Course.Outcome == jobSuccessful {
		names := p.names()
		files = append(files, exportedFile{at(".complete"), encodeFile(completeFile{
			OrgID: names.OrgID, OrgName: names.OrgName, GroupID: p.id, GroupName: names.ProjectName,
			ClusterUniqueID: p.clusterID(s.ClusterName), ClusterName: s.ClusterName,
			SnapshotInitiationDate: s.SnapshotCreatedAt,
			TotalFiles:             len(files),
			Labels:                 []string{},
			CustomData:             s.Job.CustomData,
		})})
	}
	return a.writeFiles(files)
}

// writeFiles writes files in their order below the exports directory, if there is one. Their names
// come from requests, so none leads out of the directory, not by a symbolic link either.
func (a *Atlas) writeFiles(files []exportedFile) (err error) {
	if a.exportsDir == "" {
		return nil
	}
	if a.filesWritten+len(files) > maxExportedFiles {
		return fmt.Errorf("the emulator has written %d files into its exports directory and writes no more", a.filesWritten)
	}
	root, err := os.OpenRoot(a.exportsDir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	for _, file := range files {
		for _, part := range file.path {
			if !isFileName(part) {
				return fmt.Errorf("%q cannot be a part of a file's path", part)
			}
		}
		name := filepath.FromSlash(path.Join(file.path...))
		if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := root.WriteFile(name, file.content, 0o644); err != nil {
			return err
		}
		a.filesWritten++
	}
	return nil
}

// isFileName tells whether a part of a path names one file or directory on every file system.
func isFileName(part string) bool {
	return part != "" && part != "." && part != ".." && len(part) <= 200 && !strings.ContainsAny(part, "/\\:\x00") && filepath.IsLocal(part)
}

// sampleDatabase has the collections of every cluster.
const sampleDatabase = "sample_shop"

// sampleName returns the name of a collection, by its number from 0 on.
func sampleName(number int) string {
	names := []string{"customers", "orders"}
	if number < len(names) {
		return names[number]
	}
	return fmt.Sprint("collection", number)
}

// sampleDocuments returns every replicaSets-th document of a collection from the one with the
// number of the replica set on, compressed: Extended JSON v2, one document a line. They are the
// same in every run.
func sampleDocuments(collection, replicaSet, replicaSets int) []byte {
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	encoder := json.NewEncoder(w)
	for number := replicaSet; number < documentsPerCollection; number += replicaSets {
		_ = encoder.Encode(map[string]any{ // nothing fails in memory
			"_id":     map[string]string{"$oid": sampleDigits(fmt.Sprint(collection, "/", number), 24)},
			"name":    fmt.Sprint(sampleName(collection), " ", number),
			"number":  map[string]string{"$numberInt": fmt.Sprint(number)},
			"created": map[string]any{"$date": map[string]string{"$numberLong": fmt.Sprint(1_700_000_000_000 + int64(number))}},
		})
	}
	_ = w.Close()
	return compressed.Bytes()
}

// sampleDigits returns n hexadecimal digits, at most 64, which depend on text alone.
func sampleDigits(text string, n int) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:n]
}

func encodeFile(content any) []byte {
	text, _ := json.Marshal(content) // strings, numbers and times always encode
	return text
}
