package privateendpoint

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

var (
	// regionName is Atlas' spelling of a region. Which regions there are is left to Atlas, because
	// AWS adds some every year.
	regionName = regexp.MustCompile(`^(GLOBAL|[A-Z]{2,4}(_[A-Z]{2,12}){1,3}_[0-9]{1,2})$`)

	// zoneName is an availability zone: a region and a letter.
	zoneName = regexp.MustCompile(`^([a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2})[a-z]$`)
)

// isRegion is the rule of a region: Atlas' spelling of it, or that of AWS.
func isRegion(region string) error {
	inAtlas := atlas.RegionName(region)
	inAWS := strings.ToLower(strings.ReplaceAll(inAtlas, "_", "-"))
	zone := zoneName.FindStringSubmatch(region)
	switch {
	case strings.HasPrefix(region, "arn:"):
		return errors.New(`this is an ARN; write a region of AWS such as "us-east-1" or "US_EAST_1"`)
	case argument.MayHoldSecret(region):
		return errors.New(`this is a URL; write a region of AWS such as "us-east-1" or "US_EAST_1"`)
	case zone != nil:
		return fmt.Errorf("this is an availability zone; write its region: %q", zone[1])
	case !regionName.MatchString(inAtlas):
		return errors.New(`write a region of AWS such as "us-east-1", or "US_EAST_1" as Atlas spells it`)
	case region != inAtlas && region != inAWS:
		return fmt.Errorf("write it as %q or %q", inAWS, inAtlas)
	}
	return nil
}

// sameRegion tells whether two known values are one region, whatever their spelling.
func sameRegion(a, b types.String) bool {
	return argument.IsKnown(a) && argument.IsKnown(b) && atlas.RegionName(a.ValueString()) == atlas.RegionName(b.ValueString())
}
