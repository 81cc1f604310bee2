package privateendpoint_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/acctest"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/privateendpoint"
)

func TestGuideAgreesWithHints(t *testing.T) {
	acctest.RequireGuideAgrees(t, func(err error) diag.Diagnostics { return privateendpoint.Noun.Error("", err, nil) }, 15)
}
